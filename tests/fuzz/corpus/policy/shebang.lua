#!/usr/bin/lua
return {}