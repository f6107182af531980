/**
 * Places tasks on shared accelerators one by one as they arrive, knowing only the mix of tasks to expect. Keeps what is
 * left usable for that mix: scores weigh fragments of devices, processors that strand devices, and scarce models.
 */
@NullMarked
package io.edgeai.placement.online;

import org.jspecify.annotations.NullMarked;
