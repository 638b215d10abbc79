restring.packtinbreakgn {"
