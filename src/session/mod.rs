//! Sessions: what a person set up in the viewer, as a small file that runs again without a window, and the report made
//! of it.
