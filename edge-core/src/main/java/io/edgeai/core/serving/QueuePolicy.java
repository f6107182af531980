package io.edgeai.core.serving;

/** What happens when one more asynchronous request comes than may wait. */
public enum QueuePolicy {
    /** The newcomer is refused with an {@code OverloadedException}. */
    REFUSE_NEW,
    /** The one that has waited longest fails with an {@code OverloadedException}: fresh answers are worth more. */
    DROP_OLDEST
}
