/**
 * Brings models to the sites of a plan: artifacts, targets, and a roll-out in waves that goes back by itself where too much fails. A roll-out keeps a journal, so that another process can go on where one was killed.
 */
@NullMarked
package io.edgeai.placement.deploy;

import org.jspecify.annotations.NullMarked;
