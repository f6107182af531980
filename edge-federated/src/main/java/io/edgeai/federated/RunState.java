package io.edgeai.federated;

import io.edgeai.federated.evaluation.SiteFigures;
import io.edgeai.federated.journal.Words;
import io.edgeai.federated.selection.Selection;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.strategy.ServerOptimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** All that a run remembers between two rounds. Not thread-safe. */
final class RunState {
    final float[] model;
    final float[] served;
    final ClientAlgorithm.Course course;
    final ServerOptimizer.Steps server;
    final Selection.Course selection;
    final RoundProtection protection;
    final Members members = new Members();
    final List<RoundResult> rounds = new ArrayList<>();
    private float[] best;
    private double bestAccuracy = Double.NEGATIVE_INFINITY;

    RunState(FederationPlan plan) {
        this.model = plan.initialParameters();
        this.served = model.clone();
        this.best = served;
        this.course = plan.strategy().client().start();
        this.server = plan.strategy().server().start(model.length);
        this.selection = plan.selection().start();
        this.protection = plan.protection();
    }

    int nextRound() {
        return rounds.size() + 1;
    }

    /** Takes the model of the next round into what is handed out. */
    void average(double servedAverage) {
        double decay = Math.min(servedAverage, rounds.size() / (rounds.size() + 5.0));
        for (int i = 0; i < served.length; i++) {
            served[i] = decay == 0 ? model[i] : (float) (decay * served[i] + (1 - decay) * model[i]);
        }
    }

    /** Ends a round, and keeps its model where none was better on the evaluation set. */
    void completed(RoundResult result) {
        rounds.add(result);
        if (result.accuracy() > bestAccuracy) {
            bestAccuracy = result.accuracy();
            best = served.clone();
        }
    }

    /** Adds to the last round what participants measured; where nobody else does, they say which model is the best. */
    void measured(SiteFigures figures, boolean only) {
        int last = rounds.size() - 1;
        rounds.set(last, rounds.get(last).sites(figures));
        if (only && figures.accuracy() > bestAccuracy) {
            bestAccuracy = figures.accuracy();
            best = served.clone();
        }
    }

    /** The model handed out after the round of greatest accuracy; the last where there was no evaluation. */
    float[] best() {
        return bestAccuracy == Double.NEGATIVE_INFINITY ? served : best;
    }

    void write(Words words) {
        words.put(members.size());
        for (int i = 0; i < members.size(); i++) {
            words.put(members.id(i)).put(members.samples(i)).put(members.memory(i));
        }
        words.put(model).put(served).put(best).put(bestAccuracy);
        words.put(course.state()).put(server.state()).put(selection.state());
        words.put(rounds.size());
        rounds.forEach(round -> write(words, round));
    }

    void read(Words words) {
        int known = words.integer();
        for (int i = 0; i < known; i++) {
            String id = words.text();
            members.remember(id, words.integer());
            members.remember(id, words.rows());
        }
        copy(words.floats(), model);
        copy(words.floats(), served);
        best = words.floats();
        bestAccuracy = words.number();
        course.restore(words.table());
        server.restore(words.table());
        selection.restore(words.table());
        int count = words.integer();
        for (int i = 0; i < count; i++) {
            rounds.add(result(words));
        }
    }

    void writeFigures(Words words) {
        List<RoundResult> measured =
                rounds.stream().filter(round -> round.sites() != null).toList();
        words.put(measured.size());
        for (RoundResult round : measured) {
            LoggedFigures.write(words.put(round.round()), Objects.requireNonNull(round.sites()));
        }
    }

    /** Nothing where a version wrote the state that did not know of them. */
    void readFigures(Words words) {
        for (int i = words.more() ? words.integer() : 0; i > 0; i--) {
            int at = words.integer() - 1;
            rounds.set(at, rounds.get(at).sites(LoggedFigures.read(words)));
        }
    }

    void writeProtection(Words words) {
        words.put(protection.state());
    }

    /** Nothing where a version wrote the state that did not know of it. */
    void readProtection(Words words) {
        if (words.more()) {
            protection.restore(words.table());
        }
    }

    private static void copy(float[] from, float[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    private static void write(Words words, RoundResult round) {
        words.put(round.round())
                .put(round.selected())
                .put(round.reported())
                .put(round.dropped())
                .put(round.late())
                .put(round.partial())
                .put(round.failures().size());
        round.failures().forEach(failure -> words.put(failure.participant()).put(failure.reason()));
        words.put(round.mu())
                .put(round.accuracy())
                .put(round.loss())
                .put(round.bytesDown())
                .put(round.bytesUp())
                .put(round.seconds())
                .put(round.epsilon())
                .put(round.staleness());
    }

    private static RoundResult result(Words words) {
        int round = words.integer();
        int selected = words.integer();
        int reported = words.integer();
        int dropped = words.integer();
        int late = words.integer();
        int partial = words.integer();
        List<RoundResult.Failure> failures = new ArrayList<>();
        int count = words.integer();
        for (int i = 0; i < count; i++) {
            failures.add(new RoundResult.Failure(words.text(), words.text()));
        }
        return new RoundResult(
                round,
                selected,
                reported,
                dropped,
                late,
                partial,
                failures,
                words.number(),
                words.number(),
                words.number(),
                words.wide(),
                words.wide(),
                words.number(),
                words.number(),
                words.number());
    }
}
