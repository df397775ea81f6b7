/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libtok: text to what a language model is trained on.
 *
 *   text.h      segment.h              pack.h          shard.h
 *   bytes ----> documents ----> ids ----> rows ----> shard files
 *                   |   model.h: pieces, scores ^
 *                   '-> train.h: a corpus becomes a model
 *
 * One header a stage, in the data's order; pack.h and shard.h know ids only.
 * The library never prints, exits, aborts on input or reads the environment,
 * and starts no thread that it was not asked for.
 */
#ifndef TOK_H
#define TOK_H

#include "tok/base.h"
#include "tok/text.h"
#include "tok/model.h"
#include "tok/segment.h"
#include "tok/alternatives.h"
#include "tok/train.h"
#include "tok/pack.h"
#include "tok/shard.h"

#endif
