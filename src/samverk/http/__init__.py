"""What both edges share: who asks, error translation, event streams, forms, security headers."""
