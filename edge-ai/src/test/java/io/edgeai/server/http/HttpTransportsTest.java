package io.edgeai.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpTransportsTest {
    @Test
    void theMessageNamesWhatIsMissingAndTheDependency() {
        assertThat(HttpTransports.unavailable(List.of("jetty: its classes are not here (x)")))
                .hasMessage("No HTTP server library works here (jetty: its classes are not here (x)). Maybe add the"
                        + " dependency org.eclipse.jetty:jetty-server:12.1.14.");
    }

    @Test
    void withoutItsLibraryTheTransportSaysSoInsteadOfFailing() throws Exception {
        ClassLoader here = getClass().getClassLoader();
        URL[] classes = {
            HttpTransport.class.getProtectionDomain().getCodeSource().getLocation()
        };
        try (URLClassLoader loader = new WithoutJetty(classes, here)) {
            Object transport = loader.loadClass("io.edgeai.server.jetty.JettyTransport")
                    .getConstructor()
                    .newInstance();

            Object problem = transport.getClass().getMethod("problem").invoke(transport);

            assertThat((Optional<?>) problem).hasValueSatisfying(text -> assertThat(text.toString())
                    .contains("its classes are not here")
                    .contains("org/eclipse/jetty"));
        }
    }

    /** Loads the server's classes anew, and finds nothing of Jetty's. */
    private static final class WithoutJetty extends URLClassLoader {
        WithoutJetty(URL[] classes, ClassLoader parent) {
            super(classes, parent);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.eclipse.jetty")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("io.edgeai.server.jetty.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
        }
    }
}
