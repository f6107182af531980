package io.edgeai.federated.evaluation;

import java.util.List;

/**
 * How good a model is at the sites, from what a sample of participants measured on data that they keep for that. Immutable and
 * thread-safe.
 *
 * @param asked participants
 * @param reported those that answered in time; all figures are of them
 * @param samples of all of them together
 * @param accuracy over all samples, each site counting by how many it has, 0 to 1; NaN where there is a problem
 * @param loss mean cross-entropy over all samples, in nats; NaN where there is a problem
 * @param worst least accuracy of a participant; of a sum in steps of 0.05, rounded down. NaN where there is a problem
 * @param tenth accuracy that nine of ten participants reach, by nearest rank; as {@code worst}
 * @param median accuracy that half of the participants reach, by nearest rank; as {@code worst}
 * @param summed whether only the sum of what they measured was learned
 * @param scores of each participant; empty for a sum, and where there is a problem
 * @param missing who was asked and gave nothing usable, and why
 * @param bytesDown models sent, as their codec makes them; in process nothing travels
 * @param problem why there are no figures; empty where there are
 */
public record SiteFigures(
        int asked,
        int reported,
        long samples,
        double accuracy,
        double loss,
        double worst,
        double tenth,
        double median,
        boolean summed,
        List<ParticipantScore> scores,
        List<Missing> missing,
        long bytesDown,
        String problem) {
    public SiteFigures {
        scores = List.copyOf(scores);
        missing = List.copyOf(missing);
    }

    /**
     * Why there is no score of a participant.
     *
     * @param participant its id
     * @param reason what it said, or what is wrong with its score
     */
    public record Missing(String participant, String reason) {}

    /**
     * Of single scores.
     *
     * @param minimum fewer scores than that give no figures
     */
    public static SiteFigures of(
            int asked, List<ParticipantScore> scores, List<Missing> missing, int minimum, long bytesDown) {
        if (scores.size() < Math.max(1, minimum)) {
            return none(
                    asked,
                    missing,
                    bytesDown,
                    "(" + scores.size() + ") of " + asked + " participants measured the model, "
                            + Math.max(1, minimum) + " are needed"
                            + (missing.isEmpty()
                                    ? ""
                                    : " (the first that did not, "
                                            + missing.get(0).participant() + ": "
                                            + missing.get(0).reason() + ")"));
        }
        double[] accuracies =
                scores.stream().mapToDouble(ParticipantScore::accuracy).sorted().toArray();
        FederatedEvaluation all = new FederatedEvaluation(scores);
        return new SiteFigures(
                asked,
                scores.size(),
                scores.stream().mapToLong(ParticipantScore::samples).sum(),
                all.accuracy(),
                all.loss(),
                accuracies[0],
                accuracies[rank(0.1, accuracies.length)],
                accuracies[rank(0.5, accuracies.length)],
                false,
                scores,
                missing,
                bytesDown,
                "");
    }

    /** Of a sum that nobody knows the parts of. */
    public static SiteFigures of(int asked, ScoreSum sum, int reported, List<Missing> missing, long bytesDown) {
        return new SiteFigures(
                asked,
                reported,
                sum.samples(),
                sum.accuracy(),
                sum.loss(),
                sum.quantile(0),
                sum.quantile(0.1),
                sum.quantile(0.5),
                true,
                List.of(),
                missing,
                bytesDown,
                "");
    }

    /** No figures, for a reason. */
    public static SiteFigures none(int asked, List<Missing> missing, long bytesDown, String problem) {
        double not = Double.NaN;
        return new SiteFigures(asked, 0, 0, not, not, not, not, not, false, List.of(), missing, bytesDown, problem);
    }

    /** Place of a quantile by nearest rank, from 0. */
    static int rank(double share, int count) {
        return Math.max(0, (int) Math.ceil(share * count) - 1);
    }
}
