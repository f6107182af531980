package io.edgeai.core.registry;

import io.edgeai.core.error.InvalidInputException;
import io.edgeai.core.error.LifecycleException;
import io.edgeai.core.lifecycle.Permission;
import io.edgeai.core.model.ModelId;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.registry.Journal.Why;
import io.edgeai.core.signing.SigningKey;
import io.edgeai.core.validation.VersionSignature;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * What people say of versions: aliases that can be moved, tags, notes and signatures. None changes a stage; each is one
 * durable transaction and an audit entry. Immutable and thread-safe.
 */
public final class Annotations {
    private static final Pattern ALIAS = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
    private static final int LONGEST_NOTE = 65_536;

    private final Journal journal;
    private final String actor;

    Annotations(Journal journal, String actor) {
        this.journal = journal;
        this.actor = actor;
    }

    /** The same for another actor. */
    public Annotations as(String who) {
        return new Annotations(journal, who);
    }

    /**
     * Lets an alias point at a version, from wherever it pointed before.
     *
     * @param name 1 to 64 characters: ASCII letters, digits, {@code . _ -}, beginning with a letter
     * @throws LifecycleException where the version is erased
     */
    public ModelVersion alias(String name, VersionRef ref, String reason) {
        if (!ALIAS.matcher(name).matches()) {
            throw new InvalidInputException("Alias (" + name + ") is not valid. Maybe use 1 to 64 letters, digits, '.',"
                    + " '_' or '-', beginning with a letter.");
        }
        return change(ref, changes -> {
            Entry entry = changes.require(ref);
            requireThere(entry);
            Entry before = changes.view().aliased(ref.model().name(), name);
            if (before != null && before.ref().equals(ref)) {
                return entry;
            }
            if (before != null) {
                drop(changes, before, name, "moved to " + ref + ": " + reason);
            }
            TreeSet<String> names = new TreeSet<>(entry.standing().aliases());
            names.add(name);
            return changes.note(
                    entry.with(entry.standing().named(names)), AuditAction.ALIASED, new Why("", name + ": " + reason));
        });
    }

    /**
     * Takes an alias away.
     *
     * @throws LifecycleException where it points nowhere
     */
    public ModelVersion unalias(String model, String name, String reason) {
        ModelId id = ModelId.of(model);
        journal.require(actor, Permission.ANNOTATE, id);
        return journal.write(actor, changes -> {
            Entry entry = changes.view().aliased(id.name(), name);
            if (entry == null) {
                throw new LifecycleException(
                        "Model (" + model + ") has no alias (" + name + "). Maybe see" + " 'edgeai registry show'.");
            }
            return drop(changes, entry, name, reason).version();
        });
    }

    private static Entry drop(Journal.Changes changes, Entry entry, String name, String reason) throws SQLException {
        TreeSet<String> names = new TreeSet<>(entry.standing().aliases());
        names.remove(name);
        return changes.note(
                entry.with(entry.standing().named(names)), AuditAction.UNALIASED, new Why("", name + ": " + reason));
    }

    /** The version that an alias points at. */
    public Optional<ModelVersion> find(String model, String alias) {
        return Optional.ofNullable(journal.memory().fresh().aliased(model, alias))
                .map(Entry::version);
    }

    /** The aliases of a version, sorted. */
    public List<String> aliases(VersionRef ref) {
        return List.copyOf(journal.memory().fresh().require(ref).standing().aliases());
    }

    /** Sets a tag, in place of one of that key. Limits as for {@link Registration#tag}. */
    public ModelVersion tag(VersionRef ref, String key, String value) {
        Registration.requireTag(key, value);
        return change(ref, changes -> tagged(changes, ref, key, value));
    }

    private static Entry tagged(Journal.Changes changes, VersionRef ref, String key, String value) throws SQLException {
        Entry entry = changes.require(ref);
        requireThere(entry);
        Map<String, String> tags = new HashMap<>(entry.version().tags());
        tags.put(key, value);
        return changes.note(entry.tagged(tags), AuditAction.TAGGED, new Why("", key + "=" + value));
    }

    /**
     * Takes a tag away.
     *
     * @throws LifecycleException where the version has none of that key
     */
    public ModelVersion untag(VersionRef ref, String key) {
        return change(ref, changes -> {
            Entry entry = changes.require(ref);
            Map<String, String> tags = new HashMap<>(entry.version().tags());
            if (tags.remove(key) == null) {
                throw new LifecycleException("Version (" + ref + ") has no tag (" + key + "). Maybe one of "
                        + new TreeSet<>(tags.keySet()) + "?");
            }
            return changes.note(entry.tagged(tags), AuditAction.UNTAGGED, new Why("", key));
        });
    }

    /** Writes something down in the audit; 1 to 65,536 characters. */
    public ModelVersion note(VersionRef ref, String text) {
        if (text.isBlank() || text.length() > LONGEST_NOTE) {
            throw new InvalidInputException("A note of (" + text.length() + ") characters is empty or longer than "
                    + LONGEST_NOTE + ". Maybe put it in a file and note where that is.");
        }
        return change(ref, changes -> changes.note(changes.require(ref), AuditAction.NOTED, new Why("", text)));
    }

    /** Signs a version as it is now: adds the tag {@code signature.<key id>} with a {@link VersionSignature}. */
    public ModelVersion sign(VersionRef ref, SigningKey key) {
        return change(
                ref,
                changes -> tagged(
                        changes,
                        ref,
                        VersionSignature.tag(key.verifying()),
                        VersionSignature.sign(changes.require(ref).version(), key)));
    }

    private static void requireThere(Entry entry) {
        if (entry.stage() == Stage.ERASED) {
            throw new LifecycleException(
                    "Version (" + entry.ref() + ") is (ERASED). Maybe name a version that is still there.");
        }
    }

    private ModelVersion change(VersionRef ref, Journal.Write<Entry> work) {
        journal.require(actor, Permission.ANNOTATE, ref.model());
        return journal.write(actor, work).version();
    }
}
