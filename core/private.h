/* SPDX-License-Identifier: MIT */
/*
 * private.h - what the files of the library share and hosts do not see.
 *
 * ggp_ functions never raise a Lua error; these headers know nothing of Lua.
 * Pointers handed out are borrowed from the argument they came from unless
 * the comment says otherwise.
 */
#ifndef GGP_PRIVATE_H
#define GGP_PRIVATE_H

#include "answer.h"
#include "base.h"
#include "flow.h"
#include "subject.h"

#endif
