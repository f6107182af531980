package io.edgeai.core.registry;

import io.edgeai.core.concurrent.Progress;
import io.edgeai.core.error.OperationCancelledException;
import io.edgeai.core.model.Stage;
import io.edgeai.core.store.Blob;
import io.edgeai.core.store.BlobState;
import io.edgeai.core.store.BlobStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks after the stored bytes: whether they are those registered, and whether anything still refers to them. */
final class Upkeep {
    private final Memory memory;
    private final Journal journal;
    private final BlobStore store;
    private final String actor;

    Upkeep(Memory memory, Journal journal, BlobStore store, String actor) {
        this.memory = memory;
        this.journal = journal;
        this.store = store;
        this.actor = actor;
    }

    VerificationReport verify(Progress progress) {
        List<Entry> all = memory.fresh().all();
        Map<Blob, BlobState> states = new HashMap<>();
        List<VerificationReport.Result> results = new ArrayList<>();
        for (Entry entry : all) {
            if (entry.stage() == Stage.ERASED) {
                continue;
            }
            if (progress.cancelled()) {
                throw new OperationCancelledException(
                        "Verification was cancelled after (" + results.size() + ") versions.");
            }
            results.add(new VerificationReport.Result(entry.ref(), states.computeIfAbsent(entry.blob(), store::check)));
            progress.update("verify", results.size(), all.size());
        }
        return new VerificationReport(results);
    }

    /** @return bytes freed */
    long gc() {
        return journal.write(actor, changes -> {
            Set<Blob> kept = changes.catalog().referenced();
            long freed = 0;
            for (Blob blob : store.list()) {
                if (!kept.contains(new Blob(blob.digest(), blob.tree(), 0))) {
                    freed += store.delete(blob);
                }
            }
            return freed;
        });
    }
}
