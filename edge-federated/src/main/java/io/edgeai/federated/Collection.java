package io.edgeai.federated;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.error.OperationCancelledException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Collects one round's work: begins it in the order of selection, as much at once as the plan allows, checks and writes down
 * what comes back in whatever order, acknowledges it once that is safe, and hands it on. Belongs to the coordinating
 * thread; participants answer on theirs.
 */
final class Collection {
    private static final long PATIENCE_MILLIS = 100;
    private static final int MOST_AT_ONCE = 64;

    private final FederationPlan plan;
    private final RoundLog log;
    private final UpdateCheck check;
    private final Sink sink;
    private final Runnable checkCancelled;
    private final int round;
    private final List<Place> places = new ArrayList<>();
    private final LinkedBlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final Map<Integer, CompletableFuture<Update>> working = new HashMap<>();
    private int begun;
    private int taken;
    private int usable;
    private int held;

    /** Where collected work goes. */
    interface Sink {
        /** An update that counts. */
        void take(Place place, Update update);

        /** Work that does not. */
        void refused(Place place, String reason);

        /** Work that nobody waits for any more. */
        void late(Place place);
    }

    /** One of the selected, with its task. */
    static final class Place {
        final int number;
        final String id;
        final @Nullable FederatedParticipant participant;
        final RoundTask task;
        final boolean partial;
        private long beganNanos;
        private @Nullable Supplier<Update> kept;
        private @Nullable String problem;
        private boolean inMemory;
        private boolean settled;

        Place(int number, String id, @Nullable FederatedParticipant participant, RoundTask task, boolean partial) {
            this.number = number;
            this.id = id;
            this.participant = participant;
            this.task = task;
            this.partial = partial;
        }

        private boolean arrived() {
            return settled || kept != null || problem != null;
        }
    }

    private record Arrival(int place, @Nullable Update update, @Nullable Throwable failure) {}

    Collection(FederationPlan plan, RoundLog log, UpdateCheck check, Sink sink, Runnable checkCancelled, int round) {
        this.plan = plan;
        this.log = log;
        this.check = check;
        this.sink = sink;
        this.checkCancelled = checkCancelled;
        this.round = round;
    }

    /** Adds one of the selected, of whose work an earlier process may have written down what became. */
    void add(Place place, @Nullable Supplier<Update> accepted, @Nullable String refused) {
        place.kept = accepted;
        place.problem = refused;
        places.add(place);
        if (accepted != null) {
            Update update = accepted.get();
            check.problem(update);
            usable++;
            tell(place, new Receipt(round, update.id(), true, ""));
        }
    }

    /** Until everybody has answered, the goal is reached or the reporting window is over. */
    void run() {
        long begin = plan.rules().reportingWindow().isZero() ? 0 : plan.ticker().nanos();
        try {
            hand();
            while (taken < places.size() && !goalReached()) {
                beginMore();
                List<Arrival> batch = next(begin);
                if (batch.isEmpty()) {
                    break;
                }
                accept(batch);
                hand();
                checkCancelled.run();
            }
            close();
        } finally {
            working.values().forEach(work -> work.cancel(false));
        }
    }

    private boolean goalReached() {
        return plan.rules().goal() > 0 && usable >= plan.rules().goal();
    }

    private void beginMore() {
        int window = plan.window();
        while (begun < places.size() && working.size() + held < window) {
            Place place = places.get(begun);
            if (!place.arrived()) {
                checkCancelled.run();
                begin(begun, place);
            }
            begun++;
        }
    }

    private void begin(int number, Place place) {
        FederatedParticipant participant = place.participant;
        if (participant == null) {
            arrivals.add(new Arrival(number, null, new LifecycleException("it did not come back after a restart")));
            return;
        }
        Executor executor = plan.executor();
        place.beganNanos = executor == null ? 0 : plan.ticker().nanos();
        try {
            CompletableFuture<Update> work = participant.begin(place.task, executor == null ? Runnable::run : executor);
            working.put(number, work);
            var unused = work.whenComplete((update, failure) -> arrivals.add(new Arrival(number, update, failure)));
        } catch (RejectedExecutionException e) {
            throw new LifecycleException(
                    "The executor refuses participant (" + place.id + "). Maybe it was shut down.", e);
        }
    }

    /** What has come, at least one; empty once the window is over. */
    private List<Arrival> next(long begin) {
        long window = plan.rules().reportingWindow().toNanos();
        List<Arrival> batch = new ArrayList<>();
        while (batch.isEmpty()) {
            if (arrivals.drainTo(batch, MOST_AT_ONCE) > 0) {
                return batch;
            }
            long left = window == 0 ? Long.MAX_VALUE : window - (plan.ticker().nanos() - begin);
            if (left <= 0) {
                return batch;
            }
            Arrival one = poll(Math.min(left, TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)));
            if (one != null) {
                batch.add(one);
            } else {
                checkCancelled.run();
            }
        }
        return batch;
    }

    private @Nullable Arrival poll(long nanos) {
        try {
            return arrivals.poll(nanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("The federated run was interrupted in round (" + round
                    + ") while it waited for participant (" + firstMissing() + ").");
        }
    }

    private String firstMissing() {
        return places.stream()
                .filter(place -> !place.arrived())
                .findFirst()
                .map(place -> place.id)
                .orElse("");
    }

    /** Writes down what came, and says so only when that is safe. */
    private void accept(List<Arrival> batch) {
        ArrayDeque<Runnable> receipts = new ArrayDeque<>();
        for (Arrival arrival : batch) {
            Place place = places.get(arrival.place());
            working.remove(arrival.place());
            Update update = arrival.update();
            String problem = update == null ? problem(arrival.failure()) : check.problem(update);
            long id = update == null ? 0 : update.id();
            float[][] memory = place.participant == null ? new float[0][] : place.participant.memory();
            if (memory.length > 0) {
                log.remembered(arrival.place(), place.id, memory);
            }
            if (update != null && problem.isEmpty()) {
                Update timed = timed(place, update);
                place.kept = log.accepted(arrival.place(), timed);
                usable++;
                if (!plan.rules().inSelectionOrder() || arrival.place() == taken) {
                    place.kept = () -> timed;
                }
                place.inMemory = plan.journal() == null;
                held += place.inMemory ? 1 : 0;
            } else {
                log.refused(arrival.place(), problem);
                place.problem = problem;
            }
            receipts.add(() -> tell(place, new Receipt(round, id, problem.isEmpty(), problem)));
            if (!plan.rules().inSelectionOrder()) {
                settle(place);
            }
        }
        log.force();
        receipts.forEach(Runnable::run);
    }

    /** Work on other threads is timed where it does not say its time itself. */
    private Update timed(Place place, Update update) {
        return plan.executor() == null || !Double.isNaN(update.seconds())
                ? update
                : update.seconds((plan.ticker().nanos() - place.beganNanos) / 1e9);
    }

    /** What is told of a participant that gave no update. */
    static String problem(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause == null) {
            return "it sent no update";
        }
        return cause instanceof CancellationException ? "it gave up" : cause.toString();
    }

    private static void tell(Place place, Receipt receipt) {
        if (place.participant != null) {
            place.participant.settled(receipt);
        }
    }

    /** Hands on what has its turn. */
    private void hand() {
        while (taken < places.size() && places.get(taken).arrived()) {
            settle(places.get(taken++));
        }
    }

    private void settle(Place place) {
        if (place.settled) {
            return;
        }
        Supplier<Update> kept = place.kept;
        if (kept != null) {
            sink.take(place, kept.get());
        } else if (place.problem != null) {
            sink.refused(place, place.problem);
        } else {
            sink.late(place);
        }
        place.settled = true;
        place.kept = null;
        held -= place.inMemory ? 1 : 0;
    }

    /** What has not come by now is late. */
    private void close() {
        working.values().forEach(work -> work.cancel(false));
        for (Place place : places) {
            boolean missing = !place.arrived();
            settle(place);
            if (missing) {
                tell(place, new Receipt(round, 0, false, "round " + round + " did not wait for it any longer"));
            }
        }
    }
}
