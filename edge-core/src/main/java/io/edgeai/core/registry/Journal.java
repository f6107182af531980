package io.edgeai.core.registry;

import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import io.edgeai.core.lifecycle.AccessPolicy;
import io.edgeai.core.lifecycle.Move;
import io.edgeai.core.lifecycle.Permission;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one way to change a registry: a transaction whose changes are each audited, shown to readers once durable, and then
 * published. Thread-safe.
 */
final class Journal {
    private final Catalog writer;
    private final Memory memory;
    private final Clock clock;
    private final EventBus events;
    private final AccessPolicy access;
    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable Feed feed;

    Journal(Catalog writer, Memory memory, Clock clock, EventBus events, AccessPolicy access) {
        this.writer = writer;
        this.memory = memory;
        this.clock = clock;
        this.events = events;
        this.access = access;
    }

    @FunctionalInterface
    interface Write<T> {
        T run(Changes changes) throws SQLException;
    }

    void require(String actor, Permission permission, ModelId model) {
        access.require(actor, permission, model);
    }

    Memory memory() {
        return memory;
    }

    <T> T write(String actor, Write<T> work) {
        Changes changes = new Changes(actor);
        T result;
        writing.lock();
        try {
            memory.current();
            result = recorded(changes, work);
            changes.show();
        } finally {
            writing.unlock();
        }
        changes.events.forEach(events::publish);
        return result;
    }

    private <T> T recorded(Changes changes, Write<T> work) {
        boolean done = false;
        try {
            T result = writer.writing(() -> {
                T made = work.run(changes);
                changes.madeAt = memory.now();
                return made;
            });
            done = true;
            return result;
        } finally {
            if (!done && feed != null) {
                changes.hashes.forEach(feed::notOwn);
            }
        }
    }

    /** From now on publishes what others do, too; closing the journal ends that. Called again, it does nothing. */
    void follow(Supplier<Watch> watch) {
        writing.lock();
        try {
            memory.current();
            if (feed == null) {
                feed = new Feed(memory, events, watch.get());
                feed.start();
            }
        } finally {
            writing.unlock();
        }
    }

    /** Waits for a write in progress, then runs the rest of a closing alone. */
    void close(Runnable rest) {
        writing.lock();
        try {
            if (feed != null) {
                feed.close();
            }
            if (memory.close()) {
                writer.close();
                rest.run();
            }
        } finally {
            writing.unlock();
        }
    }

    /**
     * Why something is done.
     *
     * @param environment where
     * @param reason for people
     * @param evidence for machines, as JSON; empty for none
     */
    record Why(String environment, String reason, String evidence) {
        Why(String environment, String reason) {
            this(environment, reason, "");
        }
    }

    /** What one transaction does. */
    final class Changes {
        private final String actor;
        private final List<StageChanged> events = new ArrayList<>();
        private final List<String> hashes = new ArrayList<>();
        private final Map<VersionRef, Entry> after = new HashMap<>();
        private long first;
        private long last;
        private long madeAt;
        private AuditTable.@Nullable Tail tail;
        private @Nullable Snapshot view;

        private Changes(String actor) {
            this.actor = actor;
        }

        private void show() {
            if (first == 0) {
                memory.freshIfPossible();
            } else {
                memory.changed(first, last, after, madeAt);
            }
        }

        Catalog catalog() {
            return writer;
        }

        Instant now() {
            return clock.instant();
        }

        Entry require(VersionRef ref) throws SQLException {
            return view().require(ref);
        }

        /** All versions as they are within this transaction. */
        Snapshot view() throws SQLException {
            Snapshot now = view;
            if (now == null) {
                long before = first == 0 ? tail().sequence() : first - 1;
                Snapshot begin = memory.asOf(before);
                now = first == 0 ? begin : begin.with(last, new HashMap<>(after));
                view = now;
            }
            return now;
        }

        private AuditTable.Tail tail() throws SQLException {
            AuditTable.Tail known = tail;
            if (known == null) {
                known = writer.audit().tail();
                tail = known;
            }
            return known;
        }

        void insert(Entry entry, AuditAction action, String by, String detail) throws SQLException {
            writer.insert(entry);
            append(entry, action, by, new Why("", detail), null, entry.stage());
        }

        Entry move(Entry entry, Move move, Why why) throws SQLException {
            return move(entry, move, 0, why);
        }

        /** @param percent the share of a canary; other moves set their own */
        Entry move(Entry entry, Move move, int percent, Why why) throws SQLException {
            String environment = why.environment();
            Stage from = entry.stage(environment);
            Stage to = Transitions.after(entry, environment, move, Snapshot.EMPTY);
            Standing standing = entry.standing();
            Standing next;
            if (!move.inEnvironment()) {
                next = standing.nowhere(to);
            } else if (!to.deployed()) {
                next = standing.without(environment);
            } else {
                Deployment before = standing.deployments().get(environment);
                boolean frozen = before != null && before.frozen() && to.answers();
                long activation = before == null ? 0 : before.activation();
                next = standing.with(new Deployment(
                        environment,
                        to,
                        to.answers() ? 100 : to == Stage.CANARY ? percent : 0,
                        frozen,
                        move == Move.PROMOTE ? tail().sequence() + 1 : activation));
            }
            Entry after = entry.with(next);
            writer.save(entry, after);
            AuditEntry written = append(
                    after,
                    AuditAction.of(move),
                    actor,
                    new Why(move.inEnvironment() ? environment : "", why.reason(), why.evidence()),
                    from,
                    to);
            Set<String> places = new TreeSet<>(standing.deployments().keySet());
            places.add(move.inEnvironment() ? environment : EdgeModelRegistry.DEFAULT_ENVIRONMENT);
            for (String place : places) {
                if (entry.stage(place) != after.stage(place)) {
                    events.add(
                            new StageChanged(entry.ref(), place, entry.stage(place), after.stage(place), written.at()));
                }
            }
            return after;
        }

        /** Records a change that leaves the stage as it is. */
        Entry note(Entry entry, AuditAction action, Why why) throws SQLException {
            writer.save(require(entry.ref()), entry);
            append(entry, action, actor, why, null, null);
            return entry;
        }

        /** Records something that leaves the version as it is. */
        AuditEntry noted(Entry entry, AuditAction action, Why why) throws SQLException {
            return append(entry, action, actor, why, null, null);
        }

        /** The last entry that set a policy; 0 for none. */
        long lastPolicy() throws SQLException {
            return tail().lastPolicy();
        }

        private AuditEntry append(
                Entry entry, AuditAction action, String by, Why why, @Nullable Stage from, @Nullable Stage to)
                throws SQLException {
            AuditEntry written = writer.audit()
                    .append(
                            tail(),
                            new AuditTable.Change(
                                    clock.instant(),
                                    by,
                                    action,
                                    entry.ref(),
                                    why.reason(),
                                    why.environment(),
                                    from,
                                    to,
                                    why.evidence(),
                                    entry.record()));
            first = first == 0 ? written.sequence() : first;
            last = written.sequence();
            tail = new AuditTable.Tail(written, tail());
            if (view != null) {
                view = view.with(last, Map.of(entry.ref(), entry));
            }
            after.put(entry.ref(), entry);
            if (feed != null) {
                feed.own(written.hash());
                hashes.add(written.hash());
            }
            return written;
        }

        /** @throws LifecycleException where the version that answers there is frozen */
        void requireThawed(ModelId model, String environment) throws SQLException {
            Entry active = view().active(model.name(), environment);
            Deployment pinned =
                    active == null ? null : active.standing().deployments().get(environment);
            if (active != null && pinned != null && pinned.frozen()) {
                throw new LifecycleException("Model (" + model + ") is frozen at (" + active.ref()
                        + ") in environment (" + environment + "). Maybe thaw it first, if you may.");
            }
        }
    }
}
