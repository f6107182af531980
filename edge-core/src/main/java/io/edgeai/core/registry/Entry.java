package io.edgeai.core.registry;

import io.edgeai.core.audit.Fields;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.Blob;
import java.util.Map;
import java.util.TreeMap;

/**
 * A version with the place of its bytes and all that is said of it.
 *
 * @param tree whether the bytes are a folder of files
 * @param entry the file in that folder that an engine opens; empty for the folder itself and for single files
 * @param standing agrees with the version's stage in the default environment
 */
record Entry(ModelVersion version, boolean tree, String entry, Standing standing) {
    Entry(ModelVersion version, boolean tree, String entry) {
        this(version, tree, entry, Standing.of(version.stage()));
    }

    Blob blob() {
        return new Blob(version.digest(), tree, version.sizeBytes());
    }

    VersionRef ref() {
        return version.ref();
    }

    Stage stage() {
        return version.stage();
    }

    Stage stage(String environment) {
        return standing.in(environment);
    }

    Entry with(Standing next) {
        return new Entry(copy(next.in(EdgeModelRegistry.DEFAULT_ENVIRONMENT), version.tags()), tree, entry, next);
    }

    Entry tagged(Map<String, String> tags) {
        return new Entry(copy(version.stage(), tags), tree, entry, standing);
    }

    private ModelVersion copy(Stage stage, Map<String, String> tags) {
        return new ModelVersion(
                version.ref(),
                version.format(),
                version.workload(),
                version.digest(),
                version.sizeBytes(),
                version.signature(),
                version.parent(),
                version.derivation(),
                stage,
                version.registeredAt(),
                tags);
    }

    /** The digest of all that is recorded; the audit's last entry of the version holds it, so that no row changes unseen. */
    String record() {
        return record(
                new Fields(),
                ref().toString(),
                SignatureJson.write(version.signature()),
                version.registeredAt().toString());
    }

    /**
     * As {@link #record()}, with texts that are there already.
     *
     * @param fields an empty list, which is empty again afterwards
     */
    String record(Fields fields, String ref, String signature, String registeredAt) {
        fields.add(ref)
                .add(version.format().name())
                .add(version.workload().name())
                .add(version.digest().hex())
                .add(tree ? 1 : 0)
                .add(entry)
                .add(version.sizeBytes())
                .add(signature)
                .add(version.parent().map(VersionRef::toString).orElse(""))
                .add(version.derivation())
                .add(registeredAt)
                .add(standing.base().name());
        fields.add(version.tags().size());
        new TreeMap<>(version.tags()).forEach((key, value) -> fields.add(key).add(value));
        fields.add(standing.deployments().size());
        standing.deployments().values().forEach(deployment -> fields.add(deployment.environment())
                .add(deployment.stage().name())
                .add(deployment.percent())
                .add(deployment.frozen() ? 1 : 0)
                .add(deployment.activation()));
        standing.aliases().forEach(fields::add);
        return fields.hex();
    }
}
