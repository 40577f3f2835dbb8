"""A stand-in for Razorpay: payment links, payments, refunds, the pay page and signed webhooks."""
