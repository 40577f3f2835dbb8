"""Programs for the people who keep the project, run from the checkout's root; nothing at run time imports them."""
