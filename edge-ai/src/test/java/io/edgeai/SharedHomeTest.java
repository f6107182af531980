package io.edgeai;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Nodes on one folder, with SQLite in it. */
class SharedHomeTest extends SharedRegistry {
    @TempDir
    Path home;

    @Override
    EdgeAI node() {
        return EdgeAI.builder().home(home).placeNatives(false).build();
    }
}
