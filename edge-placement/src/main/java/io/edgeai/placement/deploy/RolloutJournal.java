package io.edgeai.placement.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.StorageException;
import io.edgeai.placement.deploy.site.Release;
import io.edgeai.placement.deploy.site.SiteJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a roll-out did so far, one JSON line a step, synced before the step's effect counts. A last line that was cut
 * off by a crash is dropped. Without a file it remembers only. Thread-safe.
 */
final class RolloutJournal implements AutoCloseable {
    private final @Nullable FileChannel file;
    private final Map<String, Map<String, Optional<Release>>> before = new TreeMap<>();
    private final Set<String> done = new TreeSet<>();
    private final Set<String> failed = new TreeSet<>();
    private final Set<String> restored = new TreeSet<>();
    private String rollback = "";
    private boolean empty = true;

    private RolloutJournal(@Nullable FileChannel file) {
        this.file = file;
    }

    static RolloutJournal inMemory() {
        return new RolloutJournal(null);
    }

    /** @throws InvalidInputException where the file is of another deployment */
    static RolloutJournal open(Path path, String deployment) {
        try {
            String text = Files.isRegularFile(path) ? Files.readString(path) : "";
            String whole = text.substring(0, text.lastIndexOf('\n') + 1);
            FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!locked(file)) {
                file.close();
                throw new InvalidInputException(
                        "Journal (" + path + ") is in use. Maybe wait for the other roll-out to end.");
            }
            file.truncate(whole.getBytes(StandardCharsets.UTF_8).length);
            file.position(file.size());
            RolloutJournal journal = new RolloutJournal(file);
            try {
                whole.lines().forEach(line -> journal.replay(path, deployment, line));
                if (journal.empty) {
                    journal.append(json("begin").put("deployment", deployment));
                }
                return journal;
            } catch (RuntimeException e) {
                journal.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException("Cannot use journal (" + path + "): " + e.getMessage() + ".", e);
        }
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private void replay(Path path, String deployment, String line) {
        JsonNode entry = SiteJson.object("journal (" + path + ")", line);
        String site = entry.path("site").asText();
        empty = false;
        switch (entry.path("kind").asText()) {
            case "begin" -> {
                String other = entry.path("deployment").asText();
                if (!other.equals(deployment)) {
                    throw new InvalidInputException("Journal (" + path + ") is of deployment (" + other
                            + "), not of this one (" + deployment + "). Maybe give each deployment its own journal.");
                }
            }
            case "before" ->
                remember(
                        site,
                        entry.path("service").asText(),
                        entry.path("release").isObject()
                                ? Optional.of(Release.fromJson(entry.path("release")))
                                : Optional.empty());
            case "done" -> done.add(site);
            case "failed" -> failed.add(site);
            case "restored" -> restored.add(site);
            case "rollback" -> rollback = entry.path("reason").asText();
            default -> throw new InvalidInputException("Journal (" + path + ") holds a line it cannot: " + line);
        }
    }

    private void remember(String site, String service, Optional<Release> release) {
        before.computeIfAbsent(site, key -> new LinkedHashMap<>()).putIfAbsent(service, release);
    }

    /** What was live before the first try, written before anything changes. */
    synchronized void before(String site, String service, Optional<Release> release) {
        if (before(site).containsKey(service)) {
            return;
        }
        ObjectNode entry = json("before").put("site", site).put("service", service);
        release.ifPresent(live -> entry.set("release", SiteJson.object("release", live.toJson())));
        append(entry);
        remember(site, service, release);
    }

    synchronized Map<String, Optional<Release>> before(String site) {
        return Map.copyOf(before.getOrDefault(site, Map.of()));
    }

    synchronized void done(String site) {
        append(json("done").put("site", site));
        done.add(site);
    }

    synchronized void failed(String site) {
        if (failed.add(site)) {
            append(json("failed").put("site", site));
        }
    }

    synchronized void restored(String site) {
        append(json("restored").put("site", site));
        restored.add(site);
    }

    synchronized void rollback(String reason) {
        append(json("rollback").put("reason", reason));
        rollback = reason;
    }

    /** Why everything is undone; empty where it is not. */
    synchronized String rollback() {
        return rollback;
    }

    synchronized boolean isDone(String site) {
        return done.contains(site) && !failed.contains(site);
    }

    synchronized boolean isFailed(String site) {
        return failed.contains(site);
    }

    synchronized int failures() {
        return failed.size();
    }

    /** Whether nothing of the site is changed: it never was, or it was put back. */
    synchronized boolean isAsBefore(String site) {
        return restored.contains(site) || !before.containsKey(site);
    }

    synchronized boolean isTouched(String site) {
        return before.containsKey(site);
    }

    private static ObjectNode json(String kind) {
        return JsonNodeFactory.instance.objectNode().put("kind", kind);
    }

    private void append(ObjectNode entry) {
        if (file != null) {
            ByteBuffer line = ByteBuffer.wrap((entry + "\n").getBytes(StandardCharsets.UTF_8));
            try {
                while (line.hasRemaining()) {
                    file.write(line);
                }
                file.force(false);
            } catch (IOException e) {
                throw new StorageException(
                        "The roll-out's journal cannot be written: " + e.getMessage() + ". Maybe the disk is full.", e);
            }
        }
    }

    @Override
    public void close() {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                throw new StorageException("The roll-out's journal cannot be closed: " + e.getMessage() + ".", e);
            }
        }
    }
}
