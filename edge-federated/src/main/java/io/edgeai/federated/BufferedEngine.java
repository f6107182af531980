package io.edgeai.federated;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.error.QuorumNotReachedException;
import io.edgeai.federated.training.TrainedModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Goes on without rounds: keeps a number of participants at work, writes down what they send before it tells them so, and
 * moves the model whenever enough has come. Who failed is left alone for a second, twice as long each time. Belongs to the
 * coordinating thread; participants answer on theirs.
 */
final class BufferedEngine {
    private static final long SELECTION = -4;
    private static final long POLL_MILLIS = 100;
    private static final int MOST_AT_ONCE = 64;
    private static final int LONGEST_REST_SECONDS = 64;

    private final FederationPlan plan;
    private final Buffering buffering;
    private final BooleanSupplier cancelled;
    private final BufferedState state;
    private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Map<Integer, Work> working = new HashMap<>();
    private final Map<Integer, Rest> resting = new HashMap<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private long lastUse;
    private long lastMove;
    private String lastFailure = "";

    private record Arrival(int task, @Nullable Update update, @Nullable Throwable failure) {}

    /** A task that its participant has. */
    private record Work(int participant, long begunNanos, CompletableFuture<Update> answer) {}

    /** @param until when a participant is left alone that failed so many times in a row */
    private record Rest(int failures, long until) {}

    BufferedEngine(FederationPlan plan, Buffering buffering, BooleanSupplier cancelled) {
        this.plan = plan;
        this.buffering = buffering;
        this.cancelled = cancelled;
        this.state = new BufferedState(plan, buffering);
    }

    FederatedRun run() {
        plan.population().require(plan.needs());
        try (BufferedLog log = BufferedLog.open(plan.journal(), plan.fingerprint(), state)) {
            plan.resumed(state.run);
            run(log);
            state.run.members.expectAll(plan.population());
        } finally {
            working.values().forEach(work -> work.answer().cancel(false));
            plan.protection().end();
        }
        return new FederatedRun(plan.model(), state.run);
    }

    private void run(BufferedLog log) {
        lastUse = plan.ticker().nanos();
        lastMove = lastUse;
        plan.progress().update("rounds", moves(), plan.rounds());
        resume();
        plan.onPhase().accept(state.run.nextRound(), RoundPhase.COLLECTING);
        while (true) {
            if (state.full()) {
                move(log);
            }
            if (moves() >= plan.rounds()) {
                break;
            }
            beginMore(log);
            perform(log);
            List<Arrival> batch = next();
            for (int i = 0; i < batch.size() && moves() < plan.rounds(); i++) {
                accept(log, batch.get(i));
                if (state.full()) {
                    move(log);
                }
            }
            giveUpSlow(log);
        }
        state.open().forEach(work -> giveUp(log, work, "the federation is over"));
        perform(log);
    }

    private int moves() {
        return state.run.rounds.size();
    }

    /** Tells everybody again what became of its last work, and gives tasks again whose answers did not come. */
    private void resume() {
        refresh();
        state.receipts().forEach(last -> {
            FederatedParticipant participant = find(last.getKey());
            if (participant != null) {
                participant.settled(last.getValue());
            }
        });
        state.open().forEach(this::give);
    }

    private void refresh() {
        state.run.members.refresh(plan.population().members());
    }

    private @Nullable FederatedParticipant find(String id) {
        Members members = state.run.members;
        int number = members.number(id);
        if (members.find(number) == null) {
            plan.population()
                    .expect(id, members.samples(number))
                    .ifPresent(expected -> members.refresh(List.of(expected)));
        }
        return members.find(number);
    }

    private void beginMore(BufferedLog log) {
        refresh();
        long now = plan.ticker().nanos();
        Set<Integer> busy = new HashSet<>();
        working.values().forEach(work -> busy.add(work.participant()));
        List<Integer> idle = new ArrayList<>();
        for (int participant : state.run.members.available()) {
            Rest rest = resting.get(participant);
            boolean free = !busy.contains(participant) && (rest == null || rest.until() - now <= 0);
            if (free && state.mayBegin(state.run.members.id(participant))) {
                idle.add(participant);
            }
        }
        for (int places = buffering.concurrency() - working.size(); places > 0 && !idle.isEmpty(); places--) {
            SplittableRandom random = new SplittableRandom(Seeds.mix(plan.seed(), state.nextNumber(), SELECTION));
            int participant = idle.remove(random.nextInt(idle.size()));
            BufferedState.Open work = state.begin(state.run.members.id(participant));
            log.begun(work, state.run.members.samples(participant));
            working.put(work.number(), new Work(participant, now, new CompletableFuture<>()));
            afterwards.add(() -> give(work));
        }
    }

    /** What may only happen once all that was written is safe. */
    private void perform(BufferedLog log) {
        log.force();
        List<Runnable> all = List.copyOf(afterwards);
        afterwards.clear();
        all.forEach(Runnable::run);
    }

    private void give(BufferedState.Open work) {
        int number = work.number();
        FederatedParticipant participant = find(work.participant());
        int member = state.run.members.number(work.participant());
        long now = plan.ticker().nanos();
        if (participant == null) {
            working.put(number, new Work(member, now, new CompletableFuture<>()));
            arrivals.add(new Arrival(number, null, new LifecycleException("it did not come back after a restart")));
            return;
        }
        Executor executor = plan.executor() == null ? Runnable::run : plan.executor();
        try {
            CompletableFuture<Update> answer = participant.begin(state.task(work), executor);
            working.put(number, new Work(member, now, answer));
            var unused = answer.whenComplete((update, failure) -> arrivals.add(new Arrival(number, update, failure)));
        } catch (RejectedExecutionException e) {
            throw new LifecycleException(
                    "The executor refuses participant (" + work.participant() + "). Maybe it was shut down.", e);
        }
    }

    /** What has come; empty where nothing came for a moment. */
    private List<Arrival> next() {
        checkCancelled();
        List<Arrival> batch = new ArrayList<>();
        if (arrivals.drainTo(batch, MOST_AT_ONCE) > 0) {
            return batch;
        }
        long silence = plan.ticker().nanos() - lastUse;
        if (silence > buffering.patience().toNanos()) {
            throw new QuorumNotReachedException("No update could be used for (" + buffering.patience() + "): ("
                    + working.size() + ") of " + state.run.members.size() + " participants are at work"
                    + (lastFailure.isEmpty() ? "" : "; the last failure: " + lastFailure)
                    + ". Maybe give them longer by patience(..).");
        }
        try {
            Arrival one = arrivals.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
            return one == null ? batch : List.of(one);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("The federated run was interrupted after (" + moves()
                    + ") movements while it waited for participants.");
        }
    }

    private void checkCancelled() {
        if (cancelled.getAsBoolean() || plan.progress().cancelled()) {
            throw new OperationCancelledException(
                    "The federated run was cancelled after (" + moves() + ") movements of its model.");
        }
    }

    private void accept(BufferedLog log, Arrival arrival) {
        BufferedState.Open work = state.open(arrival.task());
        Work done = working.remove(arrival.task());
        if (work == null || done == null) {
            return; // nobody waited for it any more
        }
        Update update = arrival.update();
        String problem = update == null
                ? Collection.problem(arrival.failure())
                : new UpdateCheck(work.broadcast(), plan.rules().maximumNorm()).problem(update);
        if (update != null && problem.isEmpty()) {
            log.accepted(work.number(), update);
            tell(work, state.take(work.number(), update));
            resting.remove(done.participant());
            lastUse = plan.ticker().nanos();
            return;
        }
        long id = update == null ? 0 : update.id();
        log.refused(work.number(), id, problem);
        tell(work, state.refuse(work.number(), id, problem));
        lastFailure = work.participant() + ", " + problem;
        Rest before = resting.get(done.participant());
        int failures = before == null ? 1 : before.failures() + 1;
        long seconds = Math.min(LONGEST_REST_SECONDS, 1L << Math.min(failures - 1, 30));
        resting.put(done.participant(), new Rest(failures, plan.ticker().nanos() + TimeUnit.SECONDS.toNanos(seconds)));
    }

    private void tell(BufferedState.Open work, Receipt receipt) {
        FederatedParticipant participant = find(work.participant());
        if (participant != null) {
            afterwards.add(() -> participant.settled(receipt));
        }
    }

    private void move(BufferedLog log) {
        plan.onPhase().accept(state.run.nextRound(), RoundPhase.COMMITTING);
        long now = plan.ticker().nanos();
        RoundResult result = state.move((now - lastMove) / 1e9);
        lastMove = now;
        log.moved(state);
        BiConsumer<RoundResult, TrainedModel> onModel = plan.onModel();
        if (onModel != null) {
            onModel.accept(result, new TrainedModel(plan.model(), state.run.served));
        }
        plan.onRound().accept(result);
        plan.progress().update("rounds", result.round(), plan.rounds());
        for (BufferedState.Open work : state.open()) {
            if (state.staleness(work) > buffering.maximumStaleness()) {
                giveUp(
                        log,
                        work,
                        "the model moved more than " + buffering.maximumStaleness() + " times since it began");
            }
        }
    }

    private void giveUpSlow(BufferedLog log) {
        long window = plan.rules().reportingWindow().toNanos();
        long now = plan.ticker().nanos();
        for (BufferedState.Open work : window == 0 ? List.<BufferedState.Open>of() : state.open()) {
            if (now - Objects.requireNonNull(working.get(work.number())).begunNanos() > window) {
                giveUp(log, work, "it was not waited for any longer");
            }
        }
    }

    private void giveUp(BufferedLog log, BufferedState.Open work, String reason) {
        Work ended = working.remove(work.number());
        if (ended != null) {
            ended.answer().cancel(false);
        }
        log.givenUp(work.number(), reason);
        tell(work, state.giveUp(work.number(), reason));
    }
}
