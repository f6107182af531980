package io.edgeai.federated;

import io.edgeai.federated.codec.Codec;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What vectors travel as.
 *
 * @param updates codec of changes on their way up; null for parameters as float32
 * @param decay of what that leaves out, 0 to 1
 * @param models codec of models on their way down; null for float32
 */
record Compression(@Nullable Codec updates, double decay, @Nullable Codec models) {
    static final Compression NONE = new Compression(null, 1, null);

    Compression updates(Codec codec, double keptRest) {
        return new Compression(codec, keptRest, models);
    }

    Compression models(Codec codec) {
        return new Compression(updates, decay, codec);
    }

    /** What participants must be able to read and write. */
    Set<String> families() {
        Set<String> families = new LinkedHashSet<>();
        if (updates != null) {
            families.add(updates.family());
        }
        if (models != null) {
            families.add(models.family());
        }
        return families;
    }

    /** For plans whose bits depend on it; empty without any. */
    String fingerprint() {
        return (updates == null ? "" : ", updates as " + updates.name() + " keeping " + decay)
                + (models == null ? "" : ", models as " + models.name());
    }
}
