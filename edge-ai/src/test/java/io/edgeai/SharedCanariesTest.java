package io.edgeai;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Processes on one folder, with SQLite in it. */
class SharedCanariesTest extends SharedCanaries {
    @TempDir
    Path home;

    @Override
    EdgeAI.Builder node() {
        return EdgeAI.builder().home(home);
    }
}
