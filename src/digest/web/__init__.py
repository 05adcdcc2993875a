"""The public web part: one-click unsubscribe."""
