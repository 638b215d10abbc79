return { evAluate =string.gmatch}
