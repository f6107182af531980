package io.edgeai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.edgeai.core.error.EdgeException;
import io.edgeai.core.error.StorageException;
import io.edgeai.core.registry.EvidenceKey;
import io.edgeai.core.registry.EvidencePart;
import io.edgeai.core.registry.SharedEvidence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one endpoint keeps of a trial that other processes run as well, in the database that they share. Not thread-safe.
 *
 * @param <T> records of numbers, texts and lists
 */
final class SharedPart<T> implements Keeping<T> {
    private static final Logger LOG = LoggerFactory.getLogger(SharedPart.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SharedEvidence evidence;
    private final EvidenceKey key;
    private final String node;
    private final Class<T> type;
    private long revision;
    private boolean read;
    private List<T> others = List.of();
    private boolean deaf;

    SharedPart(SharedEvidence evidence, EvidenceKey key, String node, Class<T> type) {
        this.evidence = evidence;
        this.key = key;
        this.node = node;
        this.type = type;
    }

    EvidenceKey key() {
        return key;
    }

    @Override
    public Optional<T> read() {
        revision = 0;
        read = true;
        Optional<T> own = Optional.empty();
        for (EvidencePart part : evidence.parts(key)) {
            if (part.node().equals(node)) {
                revision = part.revision();
                own = Optional.of(state(part, type));
            }
        }
        return own;
    }

    /** Whether any process has kept anything. */
    boolean begun() {
        return !evidence.parts(key).isEmpty();
    }

    @Override
    public void write(T state) {
        if (!read) {
            throw new IllegalStateException("what was kept before is not known");
        }
        try {
            revision = evidence.put(key, node, revision, JSON.writeValueAsString(state));
        } catch (JsonProcessingException e) {
            throw new StorageException("Evidence of (" + key.subject() + ") is no JSON. Maybe report this.", e);
        }
    }

    @Override
    public void delete() {
        evidence.forget(key);
        revision = 0;
        others = List.of();
    }

    /** Where the database cannot be asked, what it said last. */
    @Override
    public List<T> others() {
        try {
            List<T> found = new ArrayList<>();
            for (EvidencePart part : evidence.parts(key)) {
                if (!part.node().equals(node)) {
                    found.add(state(part, type));
                }
            }
            others = found;
            deaf = false;
        } catch (EdgeException e) {
            if (!deaf) {
                LOG.warn("What other nodes have seen of {} is as of some time ago: {}", key.subject(), e.getMessage());
            }
            deaf = true;
        }
        return others;
    }

    static <T> T state(EvidencePart part, Class<T> type) {
        try {
            return JSON.readValue(part.state(), type);
        } catch (JsonProcessingException e) {
            throw new StorageException(
                    "Evidence of (" + part.key().subject() + ") by node (" + part.node() + ") cannot be read: "
                            + e.getOriginalMessage() + ". Maybe a newer version of the library wrote it.",
                    e);
        }
    }
}
