package io.edgeai.core.registry;

import io.edgeai.core.model.ModelVersion;
import io.edgeai.core.model.Stage;
import io.edgeai.core.model.VersionRef;
import io.edgeai.core.store.Blob;

/**
 * A version with the place of its bytes.
 *
 * @param tree whether the bytes are a folder of files
 * @param entry the file in that folder that an engine opens; empty for the folder itself and for single files
 */
record Entry(ModelVersion version, boolean tree, String entry) {
    Blob blob() {
        return new Blob(version.digest(), tree, version.sizeBytes());
    }

    VersionRef ref() {
        return version.ref();
    }

    Stage stage() {
        return version.stage();
    }
}
