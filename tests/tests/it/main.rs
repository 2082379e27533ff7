//! The real component in the real host against the sandbox. One program: it is linked once, and its parts run side by side.

mod audit;
mod authorization;
mod availability;
mod cache;
mod component;
mod delegated;
mod device;
mod doctor;
mod fault_matrix;
mod faults;
mod holds;
mod invitations;
mod limits;
mod many_calendars;
mod meetings;
mod moved;
mod readme;
mod retries;
mod round_trips;
mod schedules;
mod series;
mod several_hosts;
mod slots;
mod slots_bounds;
mod slots_support;
mod versions;
