package io.edgeai.federated;

import io.edgeai.federated.journal.Words;
import io.edgeai.federated.strategy.ClientAlgorithm;
import io.edgeai.federated.training.Evaluation;
import io.edgeai.federated.training.SgdSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that an asynchronous run remembers: the model, who works on which of its predecessors, the changes that wait for the
 * next movement, and what each participant was told last. The same events in the same order give the same bits. Not
 * thread-safe.
 */
final class BufferedState {
    private static final long TASK = -5;

    final RunState run;
    private final FederationPlan plan;
    private final Buffering buffering;
    private final Map<Integer, Open> open = new LinkedHashMap<>();
    private final Map<String, Receipt> receipts = new TreeMap<>();
    private final @Nullable ProtectedRounds guarded;
    private final Set<String> answered = new HashSet<>();
    private final List<RoundResult.Failure> failures = new ArrayList<>();
    private StaleSum sum;
    private @Nullable Broadcast current;
    private int number;
    private int begun;
    private int late;
    private long bytesUp;

    /**
     * Work under way.
     *
     * @param number of the task, from 1, never given twice
     * @param movement of the model that it began after
     */
    record Open(int number, String participant, int movement, Broadcast broadcast) {}

    BufferedState(FederationPlan plan, Buffering buffering) {
        this.plan = plan;
        this.buffering = buffering;
        this.run = new RunState(plan);
        this.guarded = plan.protection() instanceof ProtectedRounds rounds ? rounds : null;
        this.sum = new StaleSum(run.model.length);
    }

    /** The model as it is sent now; the same object until it moves. */
    private Broadcast broadcast() {
        Broadcast made = current;
        if (made == null) {
            made = Broadcast.of(run.model.clone(), null, plan.compression().models());
            current = made;
        }
        return made;
    }

    int nextNumber() {
        return number + 1;
    }

    /** Whether a task may be this participant's: under privacy not before the model has moved by its last one. */
    boolean mayBegin(String participant) {
        return !answered.contains(participant);
    }

    /** The next task is this participant's. */
    Open begin(String participant) {
        Open fresh = new Open(++number, participant, run.rounds.size(), broadcast());
        open.put(fresh.number(), fresh);
        begun++;
        return fresh;
    }

    /** Null for one that is over. */
    @Nullable
    Open open(int task) {
        return open.get(task);
    }

    Collection<Open> open() {
        return List.copyOf(open.values());
    }

    Collection<Map.Entry<String, Receipt>> receipts() {
        return List.copyOf(receipts.entrySet());
    }

    int staleness(Open work) {
        return run.rounds.size() - work.movement();
    }

    /** The task as its participant is given it, also where it is given again. */
    RoundTask task(Open work) {
        ClientAlgorithm client = plan.strategy().client();
        RoundTask task = new RoundTask(
                work.number(),
                work.broadcast(),
                settings(work.movement()),
                client.rule(),
                false,
                Seeds.mix(plan.seed(), work.number(), TASK));
        return task.sending(
                new Sending(plan.compression().updates(), plan.compression().decay(), null));
    }

    private SgdSettings settings(int movement) {
        SgdSettings local = plan.local();
        double rate = local.learningRate() * Math.pow(plan.learningRateDecay(), movement);
        return local.mu(run.course.mu()).learningRate(Math.max(Double.MIN_NORMAL, rate));
    }

    /** An update counts. */
    Receipt take(int task, Update update) {
        Open work = ended(task);
        float[] start = work.broadcast().parameters();
        if (guarded == null) {
            double weight = plan.strategy().weighting().weight(update.samples(), run.members.medianSamples());
            sum.add(start, update.parameters(), weight, staleness(work));
        } else {
            answered.add(work.participant());
            sum.add(guarded.limited(start, update.parameters()), staleness(work));
        }
        bytesUp += update.bytes() > 0 ? update.bytes() : 4L * run.model.length;
        return told(work, new Receipt(task, update.id(), true, ""));
    }

    /** Work is of no use. Under privacy it counts as no change: whether it is of use may say something about the data. */
    Receipt refuse(int task, long update, String reason) {
        Open work = ended(task);
        if (guarded != null) {
            answered.add(work.participant());
            sum.addNothing();
        }
        failures.add(new RoundResult.Failure(work.participant(), reason));
        return told(work, new Receipt(task, update, false, reason));
    }

    /** Work is not waited for any more. */
    Receipt giveUp(int task, String reason) {
        late++;
        return told(ended(task), new Receipt(task, 0, false, reason));
    }

    private Open ended(int task) {
        return Objects.requireNonNull(open.remove(task));
    }

    private Receipt told(Open work, Receipt receipt) {
        receipts.put(work.participant(), receipt);
        return receipt;
    }

    /** Whether it is time for the model to move. */
    boolean full() {
        return sum.places() >= buffering.buffer();
    }

    /**
     * Moves the model.
     *
     * @throws io.edgeai.core.error.PrivacyBudgetExceededException where no more may be released; nothing has changed then
     */
    RoundResult move(double seconds) {
        if (guarded != null) {
            guarded.begin(run.nextRound(), buffering.buffer(), run.members.size());
        }
        long modelBytes = broadcast().codedBytes() > 0 ? broadcast().codedBytes() : 4L * run.model.length;
        double mu = run.course.mu();
        run.server.apply(run.model, guarded == null ? sum.moved(run.model) : guarded.released(run.model, sum.sum()));
        run.average(plan.strategy().servedAverage());
        int movement = run.nextRound();
        Evaluation evaluation = plan.evaluate(movement, run.served);
        RoundResult result = new RoundResult(
                movement,
                sum.count() + failures.size() + late,
                sum.count(),
                0,
                late,
                0,
                failures,
                mu,
                evaluation == null ? Double.NaN : evaluation.accuracy(),
                evaluation == null ? Double.NaN : evaluation.loss(),
                modelBytes * begun,
                bytesUp,
                seconds,
                plan.protection().epsilon(),
                sum.staleness());
        run.completed(result);
        sum = new StaleSum(run.model.length);
        answered.clear();
        current = null;
        failures.clear();
        begun = 0;
        late = 0;
        bytesUp = 0;
        return result;
    }

    /** Right after a movement, when nothing waits for the next. */
    void write(Words words) {
        run.write(words);
        words.put(number).put(receipts.size());
        receipts.forEach((participant, receipt) -> words.put(participant)
                .put(receipt.round())
                .put(receipt.updateId())
                .put(receipt.accepted() ? 1 : 0)
                .put(receipt.reason()));
        Map<Integer, Broadcast> models = new TreeMap<>();
        open.values().forEach(work -> models.put(work.movement(), work.broadcast()));
        words.put(models.size());
        models.forEach((movement, broadcast) -> broadcast.write(words.put(movement)));
        words.put(open.size());
        open.values()
                .forEach(
                        work -> words.put(work.number()).put(work.participant()).put(work.movement()));
    }

    void read(Words words) {
        run.read(words);
        number = words.integer();
        for (int i = words.integer(); i > 0; i--) {
            String participant = words.text();
            receipts.put(participant, new Receipt(words.integer(), words.wide(), words.integer() == 1, words.text()));
        }
        Map<Integer, Broadcast> models = new HashMap<>();
        for (int i = words.integer(); i > 0; i--) {
            models.put(words.integer(), Broadcast.read(words, run.model.length));
        }
        for (int i = words.integer(); i > 0; i--) {
            int task = words.integer();
            String participant = words.text();
            int movement = words.integer();
            open.put(task, new Open(task, participant, movement, Objects.requireNonNull(models.get(movement))));
        }
    }
}
