package io.edgeai.core.serving;

import io.edgeai.core.error.InvalidInputException;

/**
 * Whether versions that share requests take the same ones. Where both take batches, a sample of another length would not
 * fail: its values would be taken for more samples, or fewer.
 */
final class SameRequests {
    private SameRequests() {}

    /** @throws InvalidInputException where two of the arms take batches of samples of different lengths */
    static void require(Arm[] arms) {
        Arm first = null;
        for (Arm arm : arms) {
            int length = arm.session.sampleLength();
            if (first == null && length > 0) {
                first = arm;
            } else if (first != null && length > 0 && length != first.session.sampleLength()) {
                throw new InvalidInputException("Versions (" + first.version + ") and (" + arm.version
                        + ") cannot share requests: a sample has (" + first.session.sampleLength() + ") and (" + length
                        + ") values. Maybe register the second as a model of its own, or promote it without a canary.");
            }
        }
    }
}
