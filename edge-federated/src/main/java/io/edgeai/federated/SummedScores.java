package io.edgeai.federated;

import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.evaluation.ScoreSum;
import io.edgeai.federated.evaluation.SiteFigures;
import io.edgeai.federated.secagg.LocalAggregation;
import io.edgeai.federated.secagg.SumTerms;
import io.edgeai.federated.training.Evaluation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What participants measured, added up unseen by the protocol that adds up their updates. */
final class SummedScores {
    private final FederationPlan plan;
    private final ProtectedRounds guarded;
    private final Members members;
    private final RoundTask task;
    private final Runnable checkCancelled;
    private final List<SiteFigures.Missing> missing = new ArrayList<>();

    SummedScores(
            FederationPlan plan, ProtectedRounds guarded, Members members, RoundTask task, Runnable checkCancelled) {
        this.plan = plan;
        this.guarded = guarded;
        this.members = members;
        this.task = task;
        this.checkCancelled = checkCancelled;
    }

    SiteFigures figures(List<String> asked, long bytes, SiteEvaluation how) {
        int least = Math.max(how.minimumReports(), guarded.minimumSurvivors());
        if (asked.size() < least) {
            return SiteFigures.none(
                    asked.size(),
                    List.of(),
                    0,
                    "(" + asked.size() + ") participants are there to measure the model, " + least + " are needed");
        }
        SumTerms terms = guarded.scoreTerms(asked.size(), least);
        try {
            SecureCollection.Outcome outcome =
                    plan.population().abilities().isEmpty() ? here(asked, terms) : elsewhere(asked, terms, how);
            ScoreSum sum = new ScoreSum(terms.decode(outcome.sum(), ScoreSum.SIZE, task.round()));
            return SiteFigures.of(asked.size(), sum, outcome.survivors().size(), missing, bytes);
        } catch (QuorumNotReachedException e) {
            return SiteFigures.none(asked.size(), missing, bytes, String.valueOf(e.getMessage()));
        }
    }

    private SecureCollection.Outcome here(List<String> asked, SumTerms terms) {
        List<int[]> vectors = new ArrayList<>();
        List<Integer> counted = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            checkCancelled.run();
            FederatedParticipant participant = members.find(members.number(asked.get(i)));
            try {
                Optional<Evaluation> own =
                        participant == null ? Optional.empty() : participant.evaluate(task.parameters());
                if (own.isEmpty()) {
                    missing.add(new SiteFigures.Missing(asked.get(i), FederatedParticipant.KEEPS_NOTHING));
                    continue;
                }
                vectors.add(terms.units().encode(vector(own.get(), terms)));
                counted.add(i);
            } catch (RuntimeException e) {
                missing.add(new SiteFigures.Missing(asked.get(i), e.toString()));
            }
        }
        if (vectors.isEmpty()) {
            throw new QuorumNotReachedException("Nobody of (" + asked.size() + ") participants measured the model.");
        }
        int[] sum = LocalAggregation.sum(terms.of(task.round(), task.hash(), ScoreSum.SIZE), vectors, 0);
        return new SecureCollection.Outcome(sum, counted, Map.of());
    }

    private SecureCollection.Outcome elsewhere(List<String> asked, SumTerms terms, SiteEvaluation how) {
        UpdateGuard guard = new UpdateGuard(0, new int[] {0, ScoreSum.SIZE}, 0, terms);
        RoundTask measuring = task.sending(new Sending(null, 0, guard));
        List<Collection.Place> places = new ArrayList<>();
        for (String id : asked) {
            int number = members.number(id);
            places.add(new Collection.Place(number, id, members.find(number), measuring, false));
        }
        Map<Integer, String> lost = new HashMap<>();
        try {
            SecureCollection collection = new SecureCollection(
                            plan,
                            task.round(),
                            terms,
                            places,
                            SecureCollection.all(places.size()),
                            () -> {},
                            checkCancelled)
                    .within(how.window());
            SecureCollection.Outcome outcome = collection.run().get(0);
            lost.putAll(outcome.lost());
            lost.keySet().removeAll(outcome.survivors());
            return outcome;
        } finally {
            lost.forEach((place, reason) -> missing.add(new SiteFigures.Missing(asked.get(place), reason)));
            for (Collection.Place place : places) {
                if (place.participant instanceof SecureParticipant there) {
                    there.released();
                }
            }
        }
    }

    /** One participant's part of such a sum. */
    static float[] vector(Evaluation own, SumTerms terms) {
        return ScoreSum.vector(
                own.samples(), own.accuracy(), own.loss(), terms.units().summands());
    }
}
