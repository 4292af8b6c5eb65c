//! File systems on a network, where SQLite's write-ahead log does not work, and names that no database can have.

use std::path::Path;

/// What a network file system is called, by the number that Linux's `statfs` gives for it; `None`: it is a local one.
pub fn network_file_system(magic: u64) -> Option<&'static str> {
    Some(match magic {
        0x6969 => "NFS",
        0xff53_4d42 => "CIFS",
        0xfe53_4d42 => "SMB2",
        0x517b => "SMB",
        0x0102_1997 => "9P",
        0x6573_5546 => "FUSE",
        0x00c3_6400 => "Ceph",
        0x5346_414f => "AFS",
        0x0bd0_0bd0 => "Lustre",
        _ => return None,
    })
}

/// Why a database cannot be at this place: its driver takes no names but those of UTF-8.
#[expect(clippy::unnecessary_debug_formatting, reason = "as a literal, so that the odd bytes are seen")]
pub fn unnamable(path: &Path) -> Option<String> {
    let what = "is not UTF-8, and the database takes no other names: choose another folder with --data-dir or \
                ANDON_DATA_DIR";
    let folder = path.parent().unwrap_or(path).as_os_str();
    path.to_str().is_none().then(|| format!("the name of the data folder {folder:?} {what}"))
}
