package io.edgeai.formats.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.edgeai.core.error.ModelFormatException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A pickle is a program: whatever it would call in Python stays a record of names and arguments here. */
class PickleInertnessTest {
    private static final AtomicInteger LOADED = new AtomicInteger();

    /** Tells when somebody initializes it. */
    @SuppressWarnings("unused")
    static final class Tripwire {
        static {
            LOADED.incrementAndGet();
        }

        private Tripwire() {}
    }

    private static PyObject object(String latin) {
        assertThat(PickleCode.read(latin)).as(latin).isInstanceOf(PyObject.class);
        return (PyObject) PickleCode.read(latin);
    }

    @ParameterizedTest
    @CsvSource({
        "os, system",
        "posix, system",
        "nt, system",
        "subprocess, Popen",
        "subprocess, check_output",
        "builtins, eval",
        "builtins, exec",
        "builtins, compile",
        "builtins, __import__",
        "builtins, getattr",
        "builtins, open",
        "importlib, import_module",
        "runpy, run_path",
        "pickle, loads",
        "webbrowser, open",
        "socket, create_connection",
        "shutil, rmtree",
        "ctypes, CDLL",
        "sys, exit",
        "numpy.testing._private.utils, runstring"
    })
    void dangerousCallsAreNamesAndArguments(String module, String name) {
        String global = "c" + module + "\n" + name + "\n";
        for (String way : List.of(global + "(S'x'\ntR", global + "(S'x'\nt\u0081", "(" + global + "S'x'\no")) {
            PyObject record = object(way);
            assertThat(record.type()).isEqualTo(new PyGlobal(module, name));
            assertThat(record.args()).containsExactly("x");
            assertThat(record.state()).isEqualTo(PyNone.NONE);
            assertThat(record.toString()).isEqualTo(module + "." + name);
        }
        assertThat(PickleCode.read(global)).isEqualTo(new PyGlobal(module, name));
    }

    @Test
    void classesOfThisProgramAreNotLoadedEither() {
        String own = PickleInertnessTest.class.getPackageName();
        String name = PickleInertnessTest.class.getSimpleName() + "$" + Tripwire.class.getSimpleName();
        assertThat(object("c" + own + "\n" + name + "\n)\u0081").toString()).isEqualTo(own + "." + name);
        assertThat(object("(i" + own + "\n" + name + "\n").args()).isEmpty();
        assertThat(LOADED).hasValue(0);
    }

    /** The chain that reaches a shell through harmless parts: each link is a record around the one before. */
    @Test
    void chainsOfLookupsStayRecords() {
        PyObject call = object("cbuiltins\ngetattr\n(cbuiltins\n__import__\n(S'os'\ntRS'system'\ntR(S'id'\ntR");
        assertThat(call.type()).isEqualTo(new PyGlobal("", "builtins.getattr"));
        assertThat(call.args()).containsExactly("id");
        PyObject partial = object("cfunctools\npartial\n(cos\nsystem\nS'id'\ntR");
        assertThat(partial.args()).containsExactly(new PyGlobal("os", "system"), "id");
    }

    @Test
    void statesAreKeptAndNotApplied() {
        PyObject object = object("cm\nC\n)\u0081}S'__class__'\ncos\nsystem\nsb");
        assertThat(object.type()).isEqualTo(new PyGlobal("m", "C"));
        assertThat(object.attribute("__class__")).isEqualTo(new PyGlobal("os", "system"));
        PyObject slots = object("cm\nC\n)\u0081}S'b'\nK\2s}S'a'\nK\1s\u0086b");
        assertThat(slots.attribute("a")).isEqualTo(1L);
        assertThat(slots.attribute("b")).isEqualTo(2L);
        assertThat(slots.attribute("c")).isNull();
        PyObject odd = object("cm\nC\n)\u0081K\5b");
        assertThat(odd.state()).isEqualTo(5L);
        assertThat(odd.attribute("a")).isNull();
    }

    @Test
    void itemsOfUnknownContainersAreListed() {
        PyObject list = object("cm\nMyList\n)\u0081(K\1K\2eK\3a");
        assertThat(list.items()).containsExactly(1L, 2L, 3L);
        PyObject dict = object("cm\nMyDict\n)\u0081(S'a'\nK\1uS'b'\nK\2s");
        assertThat(dict.entries().get("a")).isEqualTo(1L);
        assertThat(dict.entries().get("b")).isEqualTo(2L);
        assertThat(object("cm\nMySet\n)\u0081(K\1K\2\u0090").items()).containsExactly(1L, 2L);
        assertThatThrownBy(() -> list.items().add(4L)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> list.args().add(4L)).isInstanceOf(UnsupportedOperationException.class);
    }

    /** {@code copyreg._reconstructor(cls, base, state)} is how protocols 0 and 1 make every object. */
    @ParameterizedTest
    @ValueSource(strings = {"copyreg", "copy_reg"})
    void oldObjectsNameTheirClassAndBase(String module) {
        PyObject plain = object("c" + module + "\n_reconstructor\n(cm\nC\nc__builtin__\nobject\nNtR}S'a'\nK\1sb");
        assertThat(plain.type()).isEqualTo(new PyGlobal("m", "C"));
        assertThat(plain.args()).isEmpty();
        assertThat(plain.attribute("a")).isEqualTo(1L);
        PyObject derived = object("c" + module + "\n_reconstructor\n(cm\nC\nc__builtin__\nint\nK\7tR");
        assertThat(derived.args()).containsExactly(7L);
        assertThat(object("c" + module + "\n__newobj__\n(cm\nC\nK\7tR").args()).containsExactly(7L);
        assertThat(object("c" + module + "\n_reconstructor\n(K\1tR").type().module())
                .isEqualTo(module);
    }

    @Test
    void thePlainTypesThatPythonCallsForBecomeValues() {
        assertThat((byte[]) PickleCode.read("c_codecs\nencode\n(V\u00e9\nVlatin1\ntR"))
                .containsExactly((byte) 0xe9);
        assertThat((byte[]) PickleCode.read("cbuiltins\nbytearray\n)R")).isEmpty();
        assertThat((byte[]) PickleCode.read("c__builtin__\nbytes\n)R")).isEmpty();
        assertThat(((PySet) PickleCode.read("cbuiltins\nfrozenset\n(](K\1K\2etR")).items())
                .containsExactly(1L, 2L);
        assertThat(((PySet) PickleCode.read("cbuiltins\nset\n)R")).items()).isEmpty();
        PyDict ordered = (PyDict) PickleCode.read("ccollections\nOrderedDict\n(]](S'a'\nK\1eatR");
        assertThat(ordered.get("a")).isEqualTo(1L);
        PyDict defaults = (PyDict) PickleCode.read("ccollections\ndefaultdict\n(cbuiltins\nlist\ntRS'a'\nK\1s");
        assertThat(defaults.get("a")).isEqualTo(1L);
        PyDict made = (PyDict) PickleCode.read("ccollections\nOrderedDict\n)\u0081S'a'\nK\1s");
        assertThat(made.get("a")).isEqualTo(1L);
        assertThat(object("cbuiltins\nset\n(K\1tR").args()).containsExactly(1L);
    }

    /** Python 2 and Python 3 before 3.8 wrote byte arrays as Latin-1 text with the name of the encoding. */
    @ParameterizedTest
    @ValueSource(strings = {"latin-1", "latin1"})
    void regressionByteArraysOfOldProtocolsAreBytes(String encoding) {
        assertThat(PickleCode.read("c__builtin__\nbytearray\n(Vx\u00ff\nV" + encoding + "\ntR"))
                .isEqualTo(new byte[] {'x', (byte) 0xff});
        assertThat(object("cbuiltins\nbytearray\n(Vx\nVutf-16\ntR").args()).containsExactly("x", "utf-16");
    }

    /** The same names in other modules are somebody else's functions. */
    @ParameterizedTest
    @CsvSource({
        "evil, set",
        "evil, bytes",
        "evil, encode",
        "evil, OrderedDict",
        "evil, defaultdict",
        "evil, dtype",
        "evil, _reconstruct",
        "evil, _frombuffer",
        "evil, scalar",
        "evil, _reconstructor",
        "evil, __newobj__",
        "numpyx, _reconstruct"
    })
    void onlyTheRealModulesAreUnderstood(String module, String name) {
        PyObject record = object("c" + module + "\n" + name + "\n(S'a'\nS'b'\nS'c'\ntR");
        assertThat(record.type()).isEqualTo(new PyGlobal(module, name));
        assertThat(record.args()).containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cm\nf\nK\1R",
                "cm\nf\n]R",
                "cm\nC\nN\u0081",
                "cm\nC\nK\1}\u0092",
                "(o",
                "K\1K\2\u0093",
                "K\1K\2b",
                "](K\1K\2u",
                "K\1K\2K\3s",
                "(K\1K\2K\3d",
                "}(K\1u",
                "K\1(K\2e",
                "](K\1\u0090",
                "ccollections\nOrderedDict\n(](K\1etR"
            })
    void callsAndItemsOfTheWrongKindAreRefused(String latin) {
        assertThatThrownBy(() -> PickleCode.read(latin)).as(latin).isInstanceOf(ModelFormatException.class);
    }

    @Test
    void whatIsCalledNeedNotBeAName() {
        assertThat(object("K\1)R").type()).isEqualTo(new PyGlobal("", "1"));
        assertThat(object("K\1)\u0081").type()).isEqualTo(new PyGlobal("", "1"));
        assertThat(object("(S'not a class'\nK\1o").args()).containsExactly(1L);
    }
}
