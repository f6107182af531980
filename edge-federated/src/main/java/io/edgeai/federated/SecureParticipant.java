package io.edgeai.federated;

import io.edgeai.federated.secagg.Message;
import java.util.concurrent.CompletableFuture;

/**
 * A participant elsewhere that takes part in secure sums. It is told one thing at a time and answers each with its next
 * message; a future that fails, or is cancelled, ends its part in this round. Thread-safe.
 */
public interface SecureParticipant extends FederatedParticipant {
    /** Gives it the task; it trains, keeps its update to itself, and answers with its keys. */
    CompletableFuture<Message> join(RoundTask task);

    /** Tells it what comes next. */
    CompletableFuture<Message> tell(Message message);

    /** Its part in a sum of scores is over; of updates it hears by a receipt. */
    default void released() {}
}
