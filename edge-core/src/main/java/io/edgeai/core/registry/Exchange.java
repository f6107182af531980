package io.edgeai.core.registry;

import io.edgeai.core.lifecycle.Permission;
import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.oci.OciLayoutReader;
import io.edgeai.core.signing.VerifyingKey;
import io.edgeai.core.store.BlobStore;
import io.edgeai.core.store.Stager;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Versions on their way from one registry to another. Thread-safe. */
record Exchange(Memory memory, Journal journal, Stager stager, BlobStore store, VersionFiles files, String actor) {
    void toZip(Path zip, List<VersionRef> refs) {
        new ModelArchive(zip, stager.limits()).write(entries(refs), files::bytes);
    }

    void toOci(Path layout, List<VersionRef> refs) {
        new OciBundle(layout, stager.limits()).write(entries(refs), files::bytes);
    }

    private List<Entry> entries(List<VersionRef> refs) {
        Snapshot current = memory.fresh();
        return refs.stream().distinct().sorted().map(current::require).toList();
    }

    /** @param trusted keys one of which must have signed each version; empty for taking unsigned ones too */
    Map<VersionRef, ModelVersion> from(Path source, List<VerifyingKey> trusted) {
        memory.current();
        try (Arrivals arrivals = OciLayoutReader.recognizes(source)
                ? new OciBundle(source, stager.limits()).open(stager)
                : new ModelArchive(source, stager.limits()).open(stager)) {
            if (!trusted.isEmpty()) {
                arrivals.requireSigned(trusted);
            }
            arrivals.models().forEach(model -> journal.require(actor, Permission.REGISTER, model));
            arrivals.prepare(store);
            return journal.write(actor, changes -> arrivals.importInto(changes, store, actor));
        }
    }
}
