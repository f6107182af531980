package io.edgeai.core.serving;

import io.edgeai.core.error.InvalidInputException;

/**
 * Whether a version could take another one's sample for several of its own: where both take batches and one length is a
 * multiple of the other. Such a sample would not fail, as one of any other length does.
 */
final class SameRequests {
    private SameRequests() {}

    /** @throws InvalidInputException where the first of the arms that take batches and another one are such */
    static void require(Arm[] arms) {
        Arm first = null;
        for (Arm arm : arms) {
            int length = arm.session.sampleLength();
            if (first == null && length > 0) {
                first = arm;
            } else if (first != null && length > 0 && mistaken(length, first.session.sampleLength())) {
                throw new InvalidInputException("Versions (" + first.version + ") and (" + arm.version
                        + ") cannot share requests: a sample has (" + first.session.sampleLength() + ") and (" + length
                        + ") values. Maybe register the second as a model of its own, or promote it without a canary.");
            }
        }
    }

    private static boolean mistaken(int one, int other) {
        return one != other && Math.max(one, other) % Math.min(one, other) == 0;
    }
}
