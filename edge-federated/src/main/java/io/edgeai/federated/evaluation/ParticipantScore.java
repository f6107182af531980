package io.edgeai.federated.evaluation;

import io.edgeai.core.error.InvalidInputException;

/**
 * What one participant measured on its own data.
 *
 * @param participant its id
 * @param samples measured on, at least 1
 * @param accuracy 0 to 1
 * @param loss mean, finite
 */
public record ParticipantScore(String participant, int samples, double accuracy, double loss) {
    public ParticipantScore {
        if (samples < 1 || !(accuracy >= 0 && accuracy <= 1) || !Double.isFinite(loss)) {
            throw new InvalidInputException("Participant (" + participant + ") reports accuracy (" + accuracy
                    + ") and loss (" + loss + ") on (" + samples + ") samples.");
        }
    }
}
