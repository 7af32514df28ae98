"""For testers: time, faults, posts and chargebacks of the sandbox, as an API and as pages."""
