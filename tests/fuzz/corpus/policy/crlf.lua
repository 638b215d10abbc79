return {
  about = "x",
}
