-- The one exception.  `false` counts as set: no layer below is asked.
return {
  about = "The archive only reads.",
  connect = { smtp_required = false },
}
