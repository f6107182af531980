package io.edgeai.placement.model;

import io.edgeai.core.model.Digest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Models that a site holds already, so that nothing has to be sent for them. A digest says for certain which bytes are
 * there; a name counts for every variant of that name, whichever workload's it is. Room on disk is needed all the same.
 *
 * @param names of variants, e.g. {@code "defects@2"}
 * @param digests of their bytes
 */
public record Artifacts(Set<String> names, Set<Digest> digests) {
    public static final Artifacts NONE = new Artifacts(Set.of(), Set.of());

    private static final String SHA256 = "sha256:";

    public Artifacts {
        names = Set.copyOf(names);
        digests = Set.copyOf(digests);
        names.forEach(name -> Require.text("Artifact", name));
    }

    /** Names, and digests as {@code "sha256:"} with 64 hexadecimal digits. */
    public static Artifacts of(Collection<String> texts) {
        Set<String> names = new HashSet<>();
        Set<Digest> digests = new HashSet<>();
        for (String text : texts) {
            if (text.startsWith(SHA256)) {
                digests.add(new Digest(text.substring(SHA256.length())));
            } else {
                names.add(text);
            }
        }
        return new Artifacts(names, digests);
    }

    /** These and more. */
    public Artifacts and(Artifacts more) {
        Set<String> allNames = new HashSet<>(names);
        allNames.addAll(more.names);
        Set<Digest> allDigests = new HashSet<>(digests);
        allDigests.addAll(more.digests);
        return new Artifacts(allNames, allDigests);
    }

    /** Whether the variant's name or digest is among them. */
    public boolean hold(Variant variant) {
        return names.contains(variant.name())
                || variant.digest().map(digests::contains).orElse(false);
    }

    /** As {@link #of} reads them: names, then digests, each in order. */
    public List<String> texts() {
        List<String> texts = new ArrayList<>(new TreeSet<>(names));
        digests.stream().map(Digest::toString).sorted().forEach(texts::add);
        return texts;
    }
}
