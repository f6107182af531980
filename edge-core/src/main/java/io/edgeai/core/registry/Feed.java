package io.edgeai.core.registry;

import io.edgeai.core.concurrent.EdgeThreads;
import io.edgeai.core.error.ModelIntegrityException;
import io.edgeai.core.event.EventBus;
import io.edgeai.core.event.StageChanged;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps memory fresh and publishes what other registries did to the same models, each change once and in the order of the
 * audit, on a thread of its own. What this registry does itself, its journal publishes.
 */
final class Feed implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
    private static final int PAGE = 1000;

    private final Memory memory;
    private final EventBus events;
    private final Watch watch;
    private final Set<String> own = ConcurrentHashMap.newKeySet();
    private final StageTrace trace;
    private long position;
    private int most = PAGE;
    private volatile boolean closed;
    private boolean failing;

    /** To be made while this registry's journal does not write. */
    Feed(Memory memory, EventBus events, Watch watch) {
        Snapshot start = memory.fresh();
        this.memory = memory;
        this.events = events;
        this.watch = watch;
        this.trace = new StageTrace(start);
        this.position = start.sequence();
    }

    void start() {
        memory.followed();
        EdgeThreads.named("registry-feed").newThread(this::run).start();
    }

    /** Tells before it is durable that this registry's journal publishes an entry. */
    void own(String hash) {
        own.add(hash);
    }

    /** Takes {@link #own} back: the entry was not recorded. */
    void notOwn(String hash) {
        own.remove(hash);
    }

    private void run() {
        while (!closed && !Thread.currentThread().isInterrupted()) {
            watch.await();
            try {
                look();
                failing = false;
            } catch (RuntimeException e) {
                if (!failing && !closed) {
                    LOG.warn("Changes by others are not seen for now, and the last known versions answer.", e);
                }
                failing = true;
            }
        }
    }

    private void look() {
        if (!closed && memory.fresh().sequence() > position) {
            for (List<AuditEntry> page = page(); !page.isEmpty(); page = page()) {
                for (AuditEntry entry : page) {
                    position = entry.sequence();
                    publish(entry);
                }
            }
        }
    }

    private void publish(AuditEntry entry) {
        List<StageChanged> changes = trace.follow(entry);
        if (!own.remove(entry.hash())) {
            changes.forEach(events::publish);
        }
    }

    /** Entries that cannot be read are passed over: their models answer with what is wrong. */
    private List<AuditEntry> page() {
        while (true) {
            try {
                List<AuditEntry> page = memory.read(catalog -> catalog.audit().page(position, most));
                most = PAGE;
                return page;
            } catch (ModelIntegrityException e) {
                if (most == 1) {
                    position++;
                }
                most = 1;
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        watch.close();
    }
}
