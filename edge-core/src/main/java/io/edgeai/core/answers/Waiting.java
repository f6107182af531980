package io.edgeai.core.answers;

import org.jspecify.annotations.Nullable;

/** An answered request on its way to the journal. */
record Waiting(String requestId, @Nullable String unitId, AnswerSource source, long atMillis) {}
