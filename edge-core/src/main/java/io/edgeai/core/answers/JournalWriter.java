package io.edgeai.core.answers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Appends blocks to one file after the other and removes old ones. Not thread-safe. */
final class JournalWriter {
    private final JournalSettings settings;
    private final SegmentFolder folder;
    private BlockWriter blocks;
    private @Nullable SegmentFile segment;

    JournalWriter(JournalSettings settings) {
        this.settings = settings;
        this.folder = new SegmentFolder(settings.folder());
        this.blocks = new BlockWriter(settings.node());
    }

    /**
     * Writes requests, and how many were dropped before them.
     *
     * @throws IOException where the disk refuses; none of them is written
     */
    void write(List<Waiting> requests, long dropped) throws IOException {
        boolean whole = false;
        try {
            SegmentFile into = current();
            ByteBuffer block = blocks.block(requests, dropped);
            if (into.size() + block.remaining() > settings.segmentBytes()) {
                into = begin();
                block = blocks.block(requests, dropped);
            }
            into.append(block);
            if (!into.there()) { // another process found it to be one too many
                into = begin();
                into.append(blocks.block(requests, dropped));
            }
            whole = true;
        } finally {
            if (!whole) {
                takeBack();
            }
        }
    }

    private SegmentFile current() throws IOException {
        SegmentFile now = segment;
        boolean old = now != null && Math.abs(settings.clock().millis() - now.beganMillis) >= settings.segmentMillis();
        return now == null || old ? begin() : now;
    }

    private SegmentFile begin() throws IOException {
        close();
        prune();
        blocks = new BlockWriter(settings.node());
        SegmentFile next =
                SegmentFile.create(settings.folder(), settings.clock().millis());
        segment = next;
        return next;
    }

    private void takeBack() throws IOException {
        blocks.forget();
        SegmentFile now = segment;
        if (now != null) {
            try {
                now.cut();
            } catch (IOException e) {
                segment = null; // who reads it passes over what is half there
                now.close();
            }
        }
    }

    void prune() throws IOException {
        folder.prune(settings, settings.clock().millis());
    }

    boolean unsynced() {
        return segment != null && segment.unsynced();
    }

    void sync() throws IOException {
        if (segment != null) {
            segment.sync();
        }
    }

    void close() throws IOException {
        SegmentFile now = segment;
        segment = null;
        if (now != null) {
            now.close();
        }
    }
}
