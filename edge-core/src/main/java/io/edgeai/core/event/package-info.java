/**
 * Typed events that let sibling modules react to each other without knowing each other. Delivery is synchronous on the publisher's thread and one failing subscriber never hides the event from the next.
 */
@NullMarked
package io.edgeai.core.event;

import org.jspecify.annotations.NullMarked;
