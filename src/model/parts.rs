//! What features keep, each for itself: a value of each type, made when it is first asked for.

use std::any::Any;
use std::cell::OnceCell;

/// What a feature keeps.
pub trait Part: Any {
    /// Whether anything is being computed for the screen.
    fn is_busy(&self) -> bool {
        false
    }

    /// Whether a version of the dataset is being written: two at once would be in each other's way.
    fn is_writing(&self) -> bool {
        false
    }

    /// The dataset that it is about is left: requests are told to stop. The tasks that are of no use then.
    fn leave(&mut self) -> Vec<u64> {
        Vec::new()
    }
}

/// One value of each type. They are few: they are found by going from one to the next.
#[derive(Default)]
pub struct Parts {
    first: OnceCell<Place>,
}

struct Place {
    part: Box<dyn Part>,
    next: Box<Parts>,
}

impl Place {
    fn new<T: Part + Default>() -> Self {
        Self {
            part: Box::new(T::default()),
            next: Box::default(),
        }
    }
}

impl Parts {
    /// The one of this type.
    pub fn get<T: Part + Default>(&self) -> &T {
        let place = self.first.get_or_init(Place::new::<T>);
        let part: &dyn Any = &*place.part;
        match part.downcast_ref() {
            Some(part) => part,
            None => place.next.get(),
        }
    }

    /// The one of this type, to be changed.
    pub fn get_mut<T: Part + Default>(&mut self) -> &mut T {
        self.first.get_or_init(Place::new::<T>);
        let Some(place) = self.first.get_mut() else {
            unreachable!("it was made just now");
        };
        let part: &mut dyn Any = &mut *place.part;
        if part.is::<T>() {
            return part
                .downcast_mut()
                .unwrap_or_else(|| unreachable!("it is of this type"));
        }
        place.next.get_mut()
    }

    /// All that there are.
    fn iter(&self) -> impl Iterator<Item = &dyn Part> {
        let mut next = self.first.get();
        std::iter::from_fn(move || {
            let place = next?;
            next = place.next.first.get();
            Some(&*place.part)
        })
    }

    /// Whether anything is being computed for the screen.
    pub fn is_busy(&self) -> bool {
        self.iter().any(Part::is_busy)
    }

    /// Whether a version of the dataset is being written.
    pub fn is_writing(&self) -> bool {
        self.iter().any(Part::is_writing)
    }

    /// The dataset is left. The tasks that are of no use then.
    pub fn leave(&mut self) -> Vec<u64> {
        let mut tasks = Vec::new();
        let mut next = self.first.get_mut();
        while let Some(place) = next {
            tasks.extend(place.part.leave());
            next = place.next.first.get_mut();
        }
        tasks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Count(u32);
    #[derive(Default)]
    struct Names(Vec<String>);
    impl Part for Count {
        fn is_busy(&self) -> bool {
            self.0 > 1
        }
    }
    impl Part for Names {
        fn is_writing(&self) -> bool {
            !self.0.is_empty()
        }
        fn leave(&mut self) -> Vec<u64> {
            vec![self.0.len() as u64]
        }
    }

    #[test]
    fn each_type_has_one_value() {
        let mut parts = Parts::default();
        assert_eq!(parts.get::<Count>().0, 0);
        assert!(!parts.is_writing());
        parts.get_mut::<Names>().0.push("A01".to_owned());
        parts.get_mut::<Count>().0 += 1;
        assert!(!parts.is_busy() && parts.is_writing());
        parts.get_mut::<Count>().0 += 1;
        assert!(parts.is_busy());
        assert_eq!(parts.get::<Names>().0, ["A01"]);
        assert_eq!(parts.get::<Count>().0, 2);
        assert_eq!(parts.leave(), [1]);
    }
}
