package io.edgeai.core.event;

import java.time.Instant;

/** Something that happened to a model version; modules subscribe by the concrete record type. */
public interface EdgeEvent {
    Instant at();
}
