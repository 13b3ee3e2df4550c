//! Whole-program tests: the layers, the command line, the import, the viewer, the interop with Python.

mod cli;
mod damage;
mod interop;
mod kill;
mod layers;
mod plate;
mod reference;
mod support;
mod viewer;
