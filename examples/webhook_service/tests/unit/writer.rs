//! Tests that one failing job leaves the others intact.

use super::*;

const SCHEMA: &str = "PRAGMA max_page_count = 12; CREATE TABLE text (text TEXT NOT NULL UNIQUE);";

async fn insert(writer: &Writer, text: String) -> Result<usize, StoreError> {
    writer.run(move |sql| sql.execute("INSERT INTO text VALUES (?)", [text])).await
}

async fn count(writer: &Writer) -> i64 {
    let count = writer.run(|sql| sql.query_row("SELECT count(*) FROM text", [], |row| row.get(0))).await;
    count.unwrap_or(-1)
}

#[tokio::test]
async fn a_failing_job_leaves_the_other_jobs_intact() {
    let folder = tempfile::tempdir().unwrap();
    let writer = Writer::new(&folder.path().join("file"), |sql| sql.execute_batch(SCHEMA)).unwrap();
    let (one, same, other) = tokio::join!(
        insert(&writer, "one".to_owned()),
        insert(&writer, "one".to_owned()),
        insert(&writer, "other".to_owned())
    );
    assert_eq!((one, other), (Ok(1), Ok(1)));
    assert!(matches!(same, Err(StoreError::Sqlite(_))));
    assert_eq!(count(&writer).await, 2);
}

#[tokio::test]
async fn a_full_disk_fails_the_affected_jobs_only() {
    let folder = tempfile::tempdir().unwrap();
    let writer = Writer::new(&folder.path().join("file"), |sql| sql.execute_batch(SCHEMA)).unwrap();
    let kept = insert(&writer, "small".to_owned()).await;
    assert_eq!(kept, Ok(1));
    let (small, large) = tokio::join!(insert(&writer, "as small".to_owned()), insert(&writer, "large".repeat(100_000)));
    assert_eq!(large, Err(StoreError::Full));
    let expected = if small.is_ok() { 2 } else { 1 };
    assert_eq!(count(&writer).await, expected);
    assert_eq!(insert(&writer, "after it".to_owned()).await, Ok(1));
}
