package io.edgeai.federated;

import io.edgeai.federated.evaluation.FederatedEvaluation;
import io.edgeai.federated.evaluation.ParticipantScore;
import io.edgeai.federated.training.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks participants how good a model is on their own data. Stateless. */
public final class FederatedScores {
    private FederatedScores() {}

    /**
     * Every participant's score of one model.
     *
     * @param parameters of the model; not changed
     * @throws io.edgeai.core.error.InvalidInputException where nobody has data to evaluate on
     */
    public static FederatedEvaluation of(Population population, float[] parameters) {
        return scores(population, participant -> participant.evaluate(parameters));
    }

    /**
     * Every participant's score of its personal model, or of the common one where it has none: what personalization gives.
     *
     * @param parameters of the common model; not changed
     */
    public static FederatedEvaluation personal(Population population, float[] parameters) {
        return scores(
                population,
                participant -> participant.evaluate(participant.personal().orElse(parameters)));
    }

    private interface Score {
        Optional<Evaluation> of(FederatedParticipant participant);
    }

    private static FederatedEvaluation scores(Population population, Score score) {
        List<ParticipantScore> scores = new ArrayList<>();
        for (FederatedParticipant participant : population.members()) {
            score.of(participant)
                    .ifPresent(own -> scores.add(
                            new ParticipantScore(participant.id(), own.samples(), own.accuracy(), own.loss())));
        }
        return new FederatedEvaluation(scores);
    }
}
