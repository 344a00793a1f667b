// What the address said about who comes is in the form by now: it must not stay in the history.
history.replaceState(null, "", location.pathname);
