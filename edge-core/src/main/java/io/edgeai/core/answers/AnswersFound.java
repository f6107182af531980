package io.edgeai.core.answers;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a journal knows of a request, and what it may have missed.
 *
 * @param answers oldest first; of more than 1000, the latest
 * @param matches how many there are in all; a client may send an id more than once
 * @param since when the oldest request that is still kept was answered; empty where none is
 * @param dropped requests that were answered since then and found no room on their way to the journal
 * @param unreadableBytes of the journal's files that are damaged, or broke off when a process or the power did
 */
public record AnswersFound(
        List<AnsweredRequest> answers, long matches, Optional<Instant> since, long dropped, long unreadableBytes) {
    public AnswersFound {
        answers = List.copyOf(answers);
    }
}
