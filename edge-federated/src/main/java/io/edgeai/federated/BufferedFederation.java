package io.edgeai.federated;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.federated.strategy.LocalRule;
import io.edgeai.federated.strategy.ServerOptimizer;
import io.edgeai.federated.training.LocalModel;
import io.edgeai.federated.training.SgdSettings;
import io.edgeai.federated.training.TrainedModel;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous learning by buffers (FedBuff, Nguyen et al. 2022), by a virtual clock: a number of participants work at any
 * time, each from the model that was there when it began; what comes back is added to a buffer by {@code 1/√(1 + staleness)},
 * staleness being the commits since it began; every {@code buffer} updates the model moves by their mean change. Nobody
 * waits for the slowest. The same settings and seed give the same bits. With participants elsewhere, by the real clock:
 * {@link FederatedCoordinator.Builder#asynchronous}. Thread-safe as far as its participants are.
 */
public final class BufferedFederation {
    private final Builder plan;
    private final LocalModel model;
    private final List<FederatedParticipant> participants;

    private BufferedFederation(Builder plan, LocalModel model) {
        this.plan = plan;
        this.model = model;
        this.participants = List.copyOf(plan.participants);
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * One movement of the model.
     *
     * @param number from 1
     * @param seconds of the virtual clock
     * @param staleness mean over its updates
     * @param failures updates since the last commit that could not be used
     */
    public record Commit(int number, double seconds, double staleness, List<RoundResult.Failure> failures) {
        public Commit {
            failures = List.copyOf(failures);
        }
    }

    /**
     * What came of a run.
     *
     * @param model after the last commit
     * @param commits in order
     */
    public record Result(TrainedModel model, List<Commit> commits) {
        public Result {
            commits = List.copyOf(commits);
        }
    }

    public Result run() {
        return new Run().run();
    }

    /** Work under way: the model it began with, and when it ends. */
    private record Work(int participant, long number, int begun, Broadcast broadcast, double ends) {}

    private final class Run {
        private final float[] parameters = model.initialParameters(Seeds.mix(plan.seed, 0, 0));
        private final ServerOptimizer.Steps server = plan.server.start(parameters.length);
        private final SplittableRandom random = new SplittableRandom(plan.seed);
        private final PriorityQueue<Work> working =
                new PriorityQueue<>(Comparator.comparingDouble(Work::ends).thenComparingLong(Work::number));
        private final BitSet busy = new BitSet();
        private final List<Commit> commits = new ArrayList<>();
        private final List<RoundResult.Failure> failures = new ArrayList<>();
        private StaleSum sum = new StaleSum(parameters.length);
        private Broadcast current = new Broadcast(parameters.clone(), null);
        private long begun;

        Result run() {
            int atOnce = Math.min(plan.concurrency, participants.size());
            for (int i = 0; i < atOnce; i++) {
                begin(0);
            }
            long useless = 0;
            while (commits.size() < plan.commits) {
                Work work = working.remove();
                busy.clear(work.participant());
                useless = take(work) ? 0 : useless + 1;
                if (useless > 100L * participants.size()) {
                    throw new InvalidInputException("No update of the last (" + useless + ") could be used; the last: "
                            + failures.get(failures.size() - 1) + ".");
                }
                if (sum.count() == plan.buffer) {
                    commit(work.ends());
                }
                begin(work.ends());
            }
            return new Result(new TrainedModel(model, parameters), commits);
        }

        /** A participant that has nothing to do, left to chance. */
        private void begin(double now) {
            int place = random.nextInt(participants.size() - busy.cardinality());
            int participant = busy.nextClearBit(0);
            for (int i = 0; i < place; i++) {
                participant = busy.nextClearBit(participant + 1);
            }
            busy.set(participant);
            double time = plan.seconds.applyAsDouble(participants.get(participant));
            working.add(new Work(participant, begun++, commits.size(), current, now + time));
        }

        private boolean take(Work work) {
            FederatedParticipant participant = participants.get(work.participant());
            RoundTask task = new RoundTask(
                    work.begun() + 1,
                    work.broadcast(),
                    plan.local,
                    LocalRule.plain(),
                    false,
                    Seeds.mix(plan.seed, work.number(), work.participant()));
            Update update = null;
            String problem;
            try {
                update = participant.fit(task);
                problem = update == null
                        ? "it sent no update"
                        : new UpdateCheck(work.broadcast(), Double.POSITIVE_INFINITY).problem(update);
            } catch (RuntimeException e) {
                problem = e.toString();
            }
            if (update == null || !problem.isEmpty()) {
                failures.add(new RoundResult.Failure(participant.id(), problem));
                return false;
            }
            int age = commits.size() - work.begun();
            sum.add(work.broadcast().parameters(), update.parameters(), 1, age);
            return true;
        }

        private void commit(double now) {
            server.apply(parameters, sum.moved(parameters));
            Commit commit = new Commit(commits.size() + 1, now, sum.staleness(), failures);
            commits.add(commit);
            sum = new StaleSum(parameters.length);
            current = new Broadcast(parameters.clone(), null);
            failures.clear();
            plan.onCommit.accept(commit);
        }
    }

    /**
     * Collects the settings. By default 10 at a time, buffers of 5, 100 commits, plain averaging, one second for each
     * sample's worth of work in a thousand, seed 1. Not thread-safe.
     */
    public static final class Builder {
        private @Nullable LocalModel model;
        private final List<FederatedParticipant> participants = new ArrayList<>();
        private int concurrency = 10;
        private int buffer = 5;
        private int commits = 100;
        private ServerOptimizer server = ServerOptimizer.sgd(1);
        private SgdSettings local = SgdSettings.defaults();
        private ToDoubleFunction<FederatedParticipant> seconds = participant -> participant.samples() / 1000.0;
        private Consumer<Commit> onCommit = commit -> {};
        private long seed = 1;

        private Builder() {}

        /** What is trained; required. */
        public Builder model(LocalModel architecture) {
            this.model = architecture;
            return this;
        }

        public Builder participant(FederatedParticipant participant) {
            participants.add(participant);
            return this;
        }

        /** Participants that work at any time. */
        public Builder concurrency(int count) {
            this.concurrency = atLeastOne("concurrency", count);
            return this;
        }

        /** Updates of one movement of the model. */
        public Builder buffer(int updates) {
            this.buffer = atLeastOne("buffer", updates);
            return this;
        }

        /** Movements of the model. */
        public Builder commits(int count) {
            this.commits = atLeastOne("commits", count);
            return this;
        }

        public Builder server(ServerOptimizer optimizer) {
            this.server = optimizer;
            return this;
        }

        public Builder local(SgdSettings settings) {
            this.local = settings;
            return this;
        }

        /** How long a participant works by the virtual clock; above 0. */
        public Builder seconds(ToDoubleFunction<FederatedParticipant> time) {
            this.seconds = time;
            return this;
        }

        public Builder onCommit(Consumer<Commit> listener) {
            this.onCommit = listener;
            return this;
        }

        public Builder seed(long value) {
            this.seed = value;
            return this;
        }

        private static int atLeastOne(String what, int count) {
            if (count < 1) {
                throw new InvalidInputException(what + " (" + count + ") must be at least 1.");
            }
            return count;
        }

        /** @throws InvalidInputException where the model or participants are missing */
        public BufferedFederation build() {
            LocalModel architecture = model;
            if (architecture == null || participants.isEmpty()) {
                throw new InvalidInputException(
                        "An asynchronous federation needs a model (" + model + ") and participants" + " ("
                                + participants.size() + "). Maybe call model(..) and participant(..).");
            }
            return new BufferedFederation(this, architecture);
        }
    }
}
